/** Highlight to ask: a button beside selected text of the page. */
import { h, icon } from "./dom";
import type { Selected } from "./types";

const FEWEST_CHARACTERS = 3;
const LONGEST = 8_000;
const AROUND = 300;
const PAUSE_MS = 300;
const GAP_PX = 8;

type Options = { label: string; content: string; onAsk: (selected: Selected) => void };

export class SelectionButton {
  readonly element: HTMLButtonElement;
  readonly #content: string;
  readonly #off = new AbortController();
  #timer = 0;
  #selected: Selected | null = null;

  constructor({ label, content, onAsk }: Options) {
    this.#content = content;
    this.element = h("button", { class: "ask-selection", type: "button", hidden: true }, icon("ask"), label);
    this.element.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
    this.element.addEventListener("click", () => {
      if (this.#selected) onAsk(this.#selected);
      this.#hide();
    });
    const { signal } = this.#off;
    document.addEventListener("selectionchange", () => this.#later(), { signal });
    document.addEventListener("scroll", () => this.#place(), { signal, passive: true, capture: true });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#hide(), { signal });
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#off.abort();
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#look(), PAUSE_MS);
  }

  #look(): void {
    const range = rangeIn(this.#content);
    const text = range?.toString().trim() ?? "";
    if (range === null || text.length < FEWEST_CHARACTERS) {
      this.#hide();
      return;
    }
    const [before, after] = around(range);
    const { href } = location;
    this.#selected = { text: text.slice(0, LONGEST), before, after, url: href.slice(0, 2_000), title: titleOf() };
    this.element.hidden = false;
    this.#place();
  }

  #hide(): void {
    this.element.hidden = true;
    this.#selected = null;
  }

  /** Below the selection with a mouse, above it with a finger, where the system's own menu is not. */
  #place(): void {
    const range = this.element.hidden ? null : rangeIn(this.#content);
    if (range === null) return;
    const box = range.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const [above, below] = [box.top - height - GAP_PX, box.bottom + GAP_PX];
    const isAbove = matchMedia("(pointer: coarse)").matches || below + height > innerHeight - GAP_PX;
    const wanted = isAbove && above >= GAP_PX ? above : below;
    const top = Math.min(Math.max(wanted, GAP_PX), innerHeight - height - GAP_PX);
    const left = Math.min(Math.max(box.left, GAP_PX), innerWidth - width - GAP_PX);
    this.element.style.setProperty("top", `${top}px`);
    this.element.style.setProperty("left", `${left}px`);
  }
}

/** The selection, when it is text of the page's content and not of a field. */
function rangeIn(content: string): Range | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const node = range.commonAncestorContainer;
  const element = node instanceof Element ? node : node.parentElement;
  const isField = Boolean(element?.closest("input, textarea, select, [contenteditable=''], [contenteditable=true]"));
  return element === null || isField || !element.closest(content) ? null : range;
}

/** Words before and after it in its block, which tell it from the same words elsewhere on the page. */
function around(range: Range): [string, string] {
  const node = range.commonAncestorContainer;
  const block = (node instanceof Element ? node : node.parentElement)?.closest(
    "p, li, td, pre, section, article, main",
  );
  if (!block) return ["", ""];
  const [before, after] = [range.cloneRange(), range.cloneRange()];
  before.setStart(block, 0);
  before.setEnd(range.startContainer, range.startOffset);
  after.setStart(range.endContainer, range.endOffset);
  after.setEnd(block, block.childNodes.length);
  return [before.toString().slice(-AROUND), after.toString().slice(0, AROUND)];
}

const titleOf = () => (document.querySelector("h1")?.textContent ?? document.title).trim().slice(0, 500);

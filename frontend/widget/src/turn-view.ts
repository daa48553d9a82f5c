/** One question and its answer, drawn again when something of it changes. */
import type { Turn } from "./conversation";
import { fill, h, icon } from "./dom";
import { GrowingText } from "./markdown";
import type { Citation, Thumb } from "./types";
import type { Words } from "./words";

type Options = {
  words: Words;
  /** A page of this site is opened: what lies over it steps aside. */
  onLeave: () => void;
  /** Whether it was kept; if not, the reader has been told. */
  onRate: (turn: Turn, thumb: Thumb | null, comment?: string) => Promise<boolean>;
};

export class TurnView {
  readonly element: HTMLElement;
  readonly #options: Options;
  readonly #text = new GrowingText();
  readonly #label = h("p", { class: "label", dir: "auto" });
  readonly #below = h("div", { class: "below" });
  readonly #citations = new Map<number, HTMLLIElement>();
  #shownState = "";

  constructor(turn: Turn, options: Options) {
    this.#options = options;
    const { words } = options;
    const asked = h("div", { class: "question", dir: "auto" }, h("span", { class: "sr" }, `${words.you}: `));
    if (turn.selection) asked.append(h("blockquote", { class: "selection" }, turn.selection));
    asked.append(turn.question);
    this.element = h("article", { class: "turn" }, asked, this.#label, this.#text.element, this.#below);
    this.draw(turn);
  }

  draw(turn: Turn): void {
    const { words } = this.#options;
    const isWaiting = turn.state === "asking" || (turn.state === "streaming" && turn.answer === "");
    this.element.setAttribute("aria-busy", String(turn.state === "asking" || turn.state === "streaming"));
    const label = isWaiting ? words.searching : turn.llm?.is_scripted ? words.scripted : labelOf(turn, words);
    this.#label.textContent = label;
    this.#label.classList.toggle("waiting", isWaiting);
    this.#text.draw(turn.answer, (n) => this.#button(turn, n), turn.citations.length);
    const shown = `${turn.state} ${turn.citations.length} ${turn.thumb}`;
    if (shown === this.#shownState) return;
    this.#shownState = shown;
    fill(
      this.#below,
      turn.state === "stopped" && h("p", { class: "label" }, words.stopped),
      turn.abstained && this.#nearest(turn),
      turn.citations.length > 0 && this.#sources(turn),
      turn.state === "done" && turn.callId !== null && this.#rating(turn),
    );
  }

  #button(turn: Turn, n: number): Node | null {
    const citation = turn.citations.find((each) => each.n === n);
    if (!citation) return null;
    const label = this.#options.words.citation(n, citation.title);
    return h("button", { class: "mark", type: "button", "aria-label": label, onclick: () => this.#show(n) }, String(n));
  }

  /** Takes the reader to the source: its link opens the page at the words. */
  #show(n: number): void {
    const item = this.#citations.get(n);
    for (const [number, each] of this.#citations) each.classList.toggle("is-shown", number === n);
    const target = item?.querySelector<HTMLElement>("a") ?? item;
    item?.scrollIntoView({ block: "nearest" });
    target?.focus({ preventScroll: true });
  }

  #sources(turn: Turn): HTMLElement {
    const { words } = this.#options;
    this.#citations.clear();
    const items = turn.citations.map((citation) => {
      const item = h("li", { value: citation.n, tabindex: -1 }, ...this.#source(citation));
      this.#citations.set(citation.n, item);
      return item;
    });
    const heading = `sources-${turn.id}`;
    // A group, and no landmark: every answer has one of this name.
    return h(
      "div",
      { class: "sources", role: "group", "aria-labelledby": heading },
      h("h3", { id: heading }, words.sources),
      h("ol", {}, ...items),
    );
  }

  #source({ title, headings, url, page, quote }: Citation): Node[] {
    const { words, onLeave } = this.#options;
    const place = Array.from(new Set([title, ...headings]))
      .filter(Boolean)
      .join(" › ");
    const named = page === null ? place : `${place}, ${words.page(page)}`;
    const safe = url !== null && /^https?:\/\//.test(url) ? url : null;
    const isHere = safe !== null && new URL(safe).origin === location.origin;
    const opened = isHere ? { onclick: onLeave } : { target: "_blank", rel: "noopener noreferrer" };
    const head =
      safe === null ? h("span", { dir: "auto" }, named) : h("a", { href: safe, dir: "auto", ...opened }, named);
    return [head, h("q", { dir: "auto" }, quote)];
  }

  /** Those that the answer itself does not name. */
  #nearest({ nearest, answer }: Turn): HTMLElement | null {
    const paths = nearest.map((path) => path.join(" › ")).filter((path) => !answer.includes(path));
    if (paths.length === 0) return null;
    const lines = paths.map((path) => h("li", { dir: "auto" }, path));
    return h("section", { class: "nearest" }, h("h3", {}, this.#options.words.nearest), h("ul", {}, ...lines));
  }

  #rating(turn: Turn): HTMLElement {
    const { words } = this.#options;
    const thumb = (which: Thumb, label: string) =>
      h(
        "button",
        {
          type: "button",
          class: "icon",
          "aria-label": label,
          "aria-pressed": String(turn.thumb === which),
          onclick: () => this.#rate(turn, turn.thumb === which ? null : which, which),
        },
        icon(which),
      );
    return h(
      "div",
      { class: "rating" },
      thumb("up", words.good),
      thumb("down", words.bad),
      turn.thumb === "down" && this.#comment(turn),
    );
  }

  async #rate(turn: Turn, thumb: Thumb | null, pressed: Thumb): Promise<void> {
    await this.#options.onRate(turn, thumb);
    this.draw(turn);
    this.#toThumb(pressed);
  }

  /** What had the focus is drawn anew or gone: the focus must not fall out of the panel. */
  #toThumb(which: Thumb): void {
    const buttons = this.#below.querySelectorAll<HTMLElement>(".rating .icon");
    buttons[which === "up" ? 0 : 1]?.focus();
  }

  #comment(turn: Turn): HTMLElement {
    const { words, onRate } = this.#options;
    const field = h("input", { "aria-label": words.why, placeholder: words.why, maxlength: 2_000, dir: "auto" });
    const send = async (event: Event) => {
      event.preventDefault();
      if (!(await onRate(turn, "down", field.value))) return;
      form.replaceWith(h("span", { class: "label", role: "status" }, words.thanks));
      this.#toThumb("down");
    };
    const form = h("form", { onsubmit: send }, field, h("button", { type: "submit" }, words.sendComment));
    return form;
  }
}

function labelOf(turn: Turn, words: Words): string {
  return turn.strategy === "extractive" && !turn.abstained && turn.answer !== "" ? words.extractive : "";
}

/** Where a question is written: with the selected text it is about, and whether only this page is asked. */
import { fill, h, icon } from "./dom";
import type { Question, Selected } from "./types";
import type { Words } from "./words";

const LONGEST_QUESTION = 4_000;
const TALLEST_PX = 160;

/** A question that left the box, and how it comes back when it comes to nothing. */
export type Asked = { question: Question; putBack: () => void };

type Options = {
  words: Words;
  hasPageScope: boolean;
  onAsk: (asked: Asked) => void;
  onStop: () => void;
};

export class Composer {
  readonly element: HTMLFormElement;
  readonly field: HTMLTextAreaElement;
  readonly #options: Options;
  readonly #about = h("div", { class: "about", hidden: true });
  readonly #scope = h("input", { type: "checkbox" });
  readonly #count = h("span", { class: "count", role: "status" });
  readonly #send: HTMLButtonElement;
  #selected: Selected | null = null;
  #isBusy = false;

  constructor(options: Options) {
    const { words } = options;
    this.#options = options;
    this.field = h("textarea", {
      rows: 1,
      dir: "auto",
      "aria-label": words.question,
      placeholder: words.placeholder,
      oninput: () => this.#change(),
      onkeydown: (event: KeyboardEvent) => this.#press(event),
    });
    this.#send = h("button", { type: "submit", class: "send" });
    const scope = h("label", { class: "scope", hidden: !options.hasPageScope }, this.#scope, words.thisPage);
    this.element = h(
      "form",
      { class: "composer", onsubmit: (event: Event) => this.#submit(event) },
      this.#about,
      h("div", { class: "line" }, this.field, this.#send),
      h("div", { class: "line" }, scope, this.#count),
    );
    this.setBusy(false);
  }

  /** While an answer comes the button stops it; the next question can be written meanwhile. */
  setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.#send.setAttribute("aria-label", isBusy ? this.#options.words.stop : this.#options.words.send);
    fill(this.#send, icon(isBusy ? "stop" : "send"));
    this.#change();
  }

  about(selected: Selected | null): void {
    const { words } = this.#options;
    this.#selected = selected;
    this.#about.hidden = selected === null;
    this.field.placeholder = selected ? words.selectionPlaceholder : words.placeholder;
    fill(
      this.#about,
      h("span", { class: "sr" }, words.selected),
      h("q", { dir: "auto" }, selected?.text),
      h(
        "button",
        { type: "button", class: "icon", "aria-label": words.removeSelection, onclick: () => this.#leaveOut() },
        icon("close"),
      ),
    );
    this.#change();
  }

  /** Empties the box; what is put back does not cover what was written meanwhile. */
  #take(): Asked {
    const [text, selected] = [this.field.value.trim(), this.#selected];
    const question: Question = { question: text };
    if (selected) question.selection = selected;
    if (this.#options.hasPageScope && this.#scope.checked) question.page = pageAddress();
    this.field.value = "";
    this.about(null);
    const putBack = () => {
      if (this.field.value.trim() === "") this.field.value = text;
      if (selected) this.about(selected);
      this.#change();
    };
    return { question, putBack };
  }

  #leaveOut(): void {
    this.about(null);
    this.field.focus();
  }

  #change(): void {
    const { value } = this.field;
    const tooMany = value.length - LONGEST_QUESTION;
    const isEmpty = value.trim() === "" && this.#selected === null;
    this.#count.textContent = tooMany > 0 ? this.#options.words.tooLong(tooMany) : "";
    this.#send.disabled = !this.#isBusy && (isEmpty || tooMany > 0);
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${Math.min(this.field.scrollHeight, TALLEST_PX)}px`);
  }

  #press(event: KeyboardEvent): void {
    // Enter also ends a word that is being composed (Vietnamese, Japanese …): that is no question yet.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.#isBusy && !this.#send.disabled) this.#options.onAsk(this.#take());
  }

  #submit(event: Event): void {
    event.preventDefault();
    if (this.#isBusy) this.#options.onStop();
    else if (!this.#send.disabled) this.#options.onAsk(this.#take());
  }
}

/** The page without what only says where on it a reader is. */
const pageAddress = () => (location.origin + location.pathname).slice(0, 2_000);

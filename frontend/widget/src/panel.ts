/** The conversation on screen: a sheet on a phone, a corner of the page elsewhere, or a part of it (inline). */
import { type Asked, Composer } from "./composer";
import { Conversation, type Turn } from "./conversation";
import { fill, h, icon } from "./dom";
import type { Server } from "./server";
import { TurnView } from "./turn-view";
import { Refusal, type Selected } from "./types";
import type { Words } from "./words";

type Options = {
  words: Words;
  server: Server;
  title: string;
  isInline: boolean;
  hasPageScope: boolean;
  onClose: () => void;
  /** A page of the site is opened at a citation. */
  onLeave: () => void;
};

/** A reader who scrolled further than this from where the conversation went reads something else. */
const STEADY_PX = 4;

export class Panel {
  readonly element: HTMLElement;
  readonly composer: Composer;
  readonly #options: Options;
  readonly #conversation: Conversation;
  readonly #turns = new Map<number, TurnView>();
  readonly #title: HTMLElement;
  readonly #log: HTMLElement;
  readonly #hello: HTMLElement;
  readonly #waiting = h("p", { class: "waiting-line", role: "status", hidden: true });
  readonly #error = h("p", { class: "error", role: "alert", hidden: true });
  /** Read out: that something is searched, and then the whole answer, once. */
  readonly #said = h("p", { class: "sr", role: "status" });
  #frame = 0;
  #changed = new Set<Turn>();
  #isResumed = false;
  #isAsking = false;
  #followedTo = 0;

  constructor(options: Options) {
    const { words, isInline, hasPageScope } = options;
    this.#options = options;
    this.#conversation = new Conversation(options.server, words, {
      onTurn: (turn) => this.#later(turn),
      onDropped: (turn) => this.#drop(turn),
      onWaiting: (seconds) => this.#wait(seconds),
      onNote: (text) => this.#log.append(h("p", { class: "note" }, text)),
    });
    this.#title = h("h2", { id: "title" }, options.title);
    this.#hello = h("p", { class: "hello" }, words.hello);
    this.#log = h(
      "div",
      { class: "log", role: "log", "aria-live": "off", "aria-label": words.conversation },
      this.#hello,
    );
    this.#log.tabIndex = 0;
    const onAsk = (asked: Asked) => void this.#ask(asked);
    this.composer = new Composer({ words, hasPageScope, onAsk, onStop: () => this.#conversation.stop() });
    const close = iconButton("close", words.close, options.onClose);
    const fresh = iconButton("fresh", words.fresh, () => this.#anew());
    this.element = h(
      "section",
      { class: "panel", role: isInline ? "region" : "dialog", "aria-labelledby": "title" },
      h("header", {}, this.#title, fresh, !isInline && close),
      this.#log,
      this.#waiting,
      this.#error,
      this.composer.element,
      this.#said,
    );
    this.element.addEventListener("keydown", (event) => !isInline && this.#keepFocus(event));
  }

  /** Called when it is shown: names what is asked and brings back the conversation of the page before. */
  async show(): Promise<void> {
    if (this.#isResumed) return;
    this.#isResumed = true;
    try {
      await this.#conversation.resume();
      const waiting = { onWaiting: (seconds: number) => this.#wait(seconds), signal: new AbortController().signal };
      const { name } = await this.#options.server.endpoint(waiting);
      this.#wait(null);
      if (this.#options.title === this.#options.words.title) this.#title.textContent = name;
    } catch (reason) {
      this.#isResumed = false;
      this.#wait(null);
      this.#fail(this.#conversation.sentence(reason));
    }
  }

  about(selected: Selected): void {
    this.composer.about(selected);
    this.composer.field.focus();
  }

  stop(): void {
    this.#conversation.stop();
  }

  async #ask({ question, putBack }: Asked): Promise<void> {
    const { words } = this.#options;
    this.#fail(null);
    this.#isAsking = true;
    this.composer.setBusy(true);
    this.#said.textContent = words.searching;
    const asked = this.#conversation.ask(question);
    this.#follow();
    const failure = await asked;
    this.#isAsking = false;
    this.composer.setBusy(false);
    if (failure !== null) {
      putBack();
      this.#fail(failure || null);
      this.#said.textContent = "";
    }
  }

  #anew(): void {
    this.#conversation.leave();
    this.#turns.clear();
    this.#fail(null);
    this.#said.textContent = "";
    fill(this.#log, this.#hello);
    this.composer.about(null);
    this.composer.field.focus();
  }

  /** Deltas may come more often than the screen is drawn. */
  #later(turn: Turn): void {
    this.#changed.add(turn);
    if (turn.state === "done" || turn.state === "asking") this.#draw();
    else this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    for (const turn of this.#changed) {
      this.#view(turn).draw(turn);
      if (turn.state === "done" && this.#conversation.isBusy)
        this.#said.textContent = `${this.#options.words.answered} ${spoken(turn.answer)}`;
    }
    this.#changed.clear();
    if (Math.abs(this.#log.scrollTop - this.#followedTo) < STEADY_PX) this.#follow();
  }

  #view(turn: Turn): TurnView {
    const known = this.#turns.get(turn.id);
    if (known) return known;
    const { words, onLeave } = this.#options;
    const onRate = (rated: Turn, thumb: "up" | "down" | null, comment?: string) => this.#rate(rated, thumb, comment);
    const made = new TurnView(turn, { words, onLeave, onRate });
    this.#hello.remove();
    this.#turns.set(turn.id, made);
    this.#log.append(made.element);
    return made;
  }

  async #rate(turn: Turn, thumb: "up" | "down" | null, comment = ""): Promise<boolean> {
    try {
      await this.#conversation.rate(turn, thumb, comment);
      this.#fail(null);
      return true;
    } catch (reason) {
      this.#fail(reason instanceof Refusal ? this.#conversation.sentence(reason) : this.#options.words.notKept);
      return false;
    }
  }

  #drop(turn: Turn): void {
    this.#changed.delete(turn);
    this.#turns.get(turn.id)?.element.remove();
    this.#turns.delete(turn.id);
    if (this.#turns.size === 0) this.#log.append(this.#hello);
  }

  #wait(seconds: number | null): void {
    this.#waiting.hidden = seconds === null || seconds < 1;
    const { waking, sentLater } = this.#options.words;
    if (seconds !== null && seconds >= 1)
      this.#waiting.textContent = [waking(seconds), this.#isAsking && sentLater].filter(Boolean).join(" ");
  }

  #fail(sentence: string | null): void {
    this.#error.hidden = sentence === null;
    this.#error.textContent = sentence ?? "";
  }

  /** To the end, but never past the latest question: a long answer is read from its beginning. */
  #follow(): void {
    const latest = Array.from(this.#turns.values()).at(-1)?.element;
    const [box, end] = [this.#log.getBoundingClientRect(), this.#log.scrollHeight - this.#log.clientHeight];
    const top = latest ? latest.getBoundingClientRect().top - box.top + this.#log.scrollTop - STEADY_PX : end;
    this.#log.scrollTop = Math.min(end, top);
    this.#followedTo = this.#log.scrollTop;
  }

  /** Tab stays inside, Esc leaves. */
  #keepFocus(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.#options.onClose();
    }
    if (event.key !== "Tab") return;
    const stops = focusable(this.element);
    const [first, last] = [stops[0], stops.at(-1)];
    const root = this.element.getRootNode() as ShadowRoot | Document;
    const edge = event.shiftKey ? first : last;
    if (root.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}

const STOPS = "a[href], button:not([disabled]), input, textarea, [tabindex='0']";
const focusable = (inside: HTMLElement) =>
  Array.from(inside.querySelectorAll<HTMLElement>(STOPS)).filter((each) => each.checkVisibility());

const iconButton = (name: Parameters<typeof icon>[0], label: string, onclick: () => void) =>
  h("button", { type: "button", class: "icon", "aria-label": label, onclick }, icon(name));

/** Without the marks that are only for the eye. */
const spoken = (text: string) => text.replaceAll(/[*`#]|\[\d{1,3}\]/g, "").trim();

/** The turns of a conversation and what happens to them; whoever shows them is told of every change. */
import type { Server } from "./server";
import { isEnded } from "./server";
import type { Answer, Citation, PastTurn, Question, Thumb } from "./types";
import { Refusal } from "./types";
import type { Words } from "./words";

export type Turn = Answer & {
  readonly id: number;
  readonly question: string;
  readonly selection: string | null;
  state: "asking" | "streaming" | "done" | "stopped";
  callId: string | null;
  thumb: Thumb | null;
};

export type View = {
  /** A turn is new, or changed. */
  onTurn: (turn: Turn) => void;
  onDropped: (turn: Turn) => void;
  onWaiting: (seconds: number | null) => void;
  /** Something to read in the middle of the conversation. */
  onNote: (text: string) => void;
};

const NOTHING: Answer = { answer: "", citations: [], abstained: false, nearest: [], strategy: null, llm: null };
let latest = 0;

export class Conversation {
  readonly #server: Server;
  readonly #view: View;
  readonly #words: Words;
  /** The question that failed and its key: asked again as it was, it is the same request to the server. */
  #failed: { sign: string; key: string } | null = null;
  #asking: AbortController | null = null;

  constructor(server: Server, words: Words, view: View) {
    this.#server = server;
    this.#words = words;
    this.#view = view;
  }

  get isBusy(): boolean {
    return this.#asking !== null;
  }

  /** Shows what was asked before on other pages of the site. */
  async resume(): Promise<void> {
    const turns = await this.#whileWaiting((waiting) => this.#server.turns(waiting));
    if (turns === null) this.#view.onNote(this.#words.ended);
    // A reader who left while an answer came finds as much of it as there was.
    for (const turn of turns ?? []) if (!turn.error || turn.answer) this.#view.onTurn(past(turn));
  }

  /** Asks; null when there is an answer, else the sentence to show: empty when the reader stopped it in time. */
  async ask(question: Question): Promise<string | null> {
    const turn: Turn = {
      ...NOTHING,
      id: ++latest,
      question: question.question,
      selection: question.selection?.text ?? null,
      state: "asking",
      callId: null,
      thumb: null,
    };
    this.#view.onTurn(turn);
    try {
      await this.#whileWaiting((waiting) => this.#answered(turn, question, waiting));
      this.#failed = null;
      return null;
    } catch (reason) {
      if (isStopped(reason) && turn.state === "streaming") {
        turn.state = "stopped";
        this.#view.onTurn(turn);
        return null;
      }
      this.#view.onDropped(turn);
      return isStopped(reason) ? "" : this.sentence(reason);
    }
  }

  stop(): void {
    this.#asking?.abort();
  }

  /** Begins anew; the server keeps what was said until it expires. */
  leave(): void {
    this.stop();
    this.#failed = null;
    this.#server.forget();
  }

  async rate(turn: Turn, thumb: Thumb | null, comment = ""): Promise<void> {
    if (turn.callId === null) return;
    await this.#server.thumb(turn.callId, thumb, comment);
    turn.thumb = thumb;
  }

  sentence(reason: unknown): string {
    if (!(reason instanceof Refusal)) return this.#words.broken;
    const { kind, message } = reason;
    if (kind === "refused") return message || this.#words.unreadable;
    return kind === "origin" ? this.#words.origin(location.origin) : this.#words[kind];
  }

  async #answered(turn: Turn, question: Question, waiting: { onWaiting: (s: number) => void; signal: AbortSignal }) {
    const listeners = {
      onMeta: (meta: Pick<Answer, "strategy" | "llm">) => {
        this.#view.onWaiting(null);
        Object.assign(turn, { state: "streaming", strategy: meta.strategy, llm: meta.llm });
        this.#view.onTurn(turn);
      },
      onDelta: (text: string) => {
        turn.answer += text;
        this.#view.onTurn(turn);
      },
      onCitation: (citation: Citation) => {
        turn.citations = [...turn.citations, citation];
        this.#view.onTurn(turn);
      },
    };
    let done: Awaited<ReturnType<Server["ask"]>>;
    try {
      done = await this.#server.ask(question, this.#keyOf(question), waiting, listeners);
    } catch (reason) {
      if (!isEnded(reason) || !this.#server.hasPast) throw reason;
      // Refused before anything was asked, because the conversation has ended: the question begins a new one.
      this.#server.forget(reason);
      this.#failed = null;
      this.#view.onNote(this.#words.ended);
      done = await this.#server.ask(question, this.#keyOf(question), waiting, listeners);
    }
    const { answer, citations, abstained, nearest, strategy, llm, call_id: callId } = done;
    Object.assign(turn, { answer, citations, abstained, nearest, strategy, llm, callId, state: "done" });
    this.#view.onTurn(turn);
  }

  #keyOf(question: Question): string {
    const sign = JSON.stringify(question);
    if (this.#failed?.sign !== sign) this.#failed = { sign, key: newKey() };
    return this.#failed.key;
  }

  async #whileWaiting<T>(work: (waiting: { onWaiting: (s: number) => void; signal: AbortSignal }) => Promise<T>) {
    this.#asking = new AbortController();
    try {
      return await work({ onWaiting: (seconds) => this.#view.onWaiting(seconds), signal: this.#asking.signal });
    } finally {
      this.#asking = null;
      this.#view.onWaiting(null);
    }
  }
}

const isStopped = (reason: unknown) => reason instanceof DOMException && reason.name === "AbortError";

/** Random, and possible on pages without https, where `crypto.randomUUID` is missing. */
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const past = ({ call_id: callId, question, selection, feedback, ...turn }: PastTurn): Turn => ({
  answer: turn.answer,
  citations: turn.citations,
  abstained: turn.abstained,
  nearest: turn.nearest,
  strategy: turn.strategy,
  llm: turn.llm,
  id: ++latest,
  question,
  selection: selection?.text ?? null,
  state: turn.error ? "stopped" : "done",
  callId,
  thumb: feedback?.thumb ?? null,
});

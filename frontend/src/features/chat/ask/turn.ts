/** One question and its answer, as the events of the stream tell it and as the server keeps it. */
import { ApiError, type ErrorBody } from "@/lib/api-error";
import type { StreamEvent } from "@/lib/event-stream";
import type { Citation, Feedback, KeptTurn, LlmOfAnswer, Strategy, Tokens } from "../types";

export type Turn = {
  /** The idempotency key of the question; of one that the server keeps, its call. */
  key: string;
  question: string;
  /** Its number in the conversation, from 0; of one that the server keeps it says nothing. */
  place: number;
  state: "waiting" | "writing" | "done" | "stopped" | "failed";
  callId: string | null;
  text: string;
  citations: Citation[];
  abstained: boolean;
  strategy: Strategy | null;
  llm: LlmOfAnswer | null;
  /** The question as it was searched for, when that is another. */
  searchedFor: string | null;
  /** Heading paths to offer when there is no answer. */
  nearest: string[][];
  /** Sentences of the answer that no passage bears out. */
  unsupported: string[];
  version: number | null;
  usage: Tokens | null;
  seconds: number | null;
  feedback: Feedback | null;
  at: string | null;
  error: unknown;
};

const blank: Omit<Turn, "key" | "question" | "place" | "state"> = {
  callId: null,
  text: "",
  citations: [],
  abstained: false,
  strategy: null,
  llm: null,
  searchedFor: null,
  nearest: [],
  unsupported: [],
  version: null,
  usage: null,
  seconds: null,
  feedback: null,
  at: null,
  error: null,
};

export const askedTurn = (question: string, key: string, place = 0): Turn => ({
  ...blank,
  key,
  question,
  place,
  state: "waiting",
});

/** As the server keeps it. */
export function keptTurn(kept: KeptTurn): Turn {
  return {
    ...askedTurn(kept.question, kept.call_id),
    state: stateOf(kept),
    callId: kept.call_id,
    text: kept.answer,
    citations: kept.citations,
    abstained: kept.abstained,
    strategy: kept.strategy,
    llm: kept.llm,
    searchedFor: kept.searched_for,
    nearest: kept.nearest,
    unsupported: kept.unsupported,
    version: kept.collection_version,
    usage: kept.usage,
    seconds: kept.latency_seconds,
    feedback: kept.feedback,
    at: kept.at,
    error: kept.error && new ApiError(502, errorOf(kept.error)),
  };
}

/** As a call keeps it: what a refusal would have said. */
const errorOf = ({ error, detail, hint }: Record<string, unknown>): ErrorBody => ({
  error: String(error ?? "not_answered"),
  detail: String(detail ?? ""),
  hint: typeof hint === "string" ? hint : null,
});

function stateOf({ finish, error }: KeptTurn): Turn["state"] {
  if (finish === "cancelled") return "stopped";
  return error ? "failed" : "done";
}

type Meta = {
  session: string;
  searched_for: string | null;
  strategy: Strategy | null;
  llm: LlmOfAnswer | null;
  collection_version: number | null;
};

type Done = {
  call_id: string;
  answer: string;
  citations: Citation[];
  abstained: boolean;
  nearest: string[][];
  unsupported: string[];
  usage: Tokens | null;
  latency_seconds: number | null;
  strategy?: Strategy | null;
  searched_for?: string | null;
};

/** The stream ended before the answer did. */
export class BrokenOff extends Error {
  constructor() {
    super("The answer broke off before its end.");
    this.name = "BrokenOff";
  }
}

/** The turn after one more event; kinds that are not known change nothing. */
export function folded(turn: Turn, { kind, data }: StreamEvent): Turn {
  switch (kind) {
    case "meta": {
      const meta = data as Meta;
      return {
        ...turn,
        searchedFor: meta.searched_for,
        strategy: meta.strategy,
        llm: meta.llm,
        version: meta.collection_version,
      };
    }
    case "delta":
      return { ...turn, state: "writing", text: turn.text + (data as { text: string }).text };
    case "citation": {
      const citation = data as Citation;
      return { ...turn, citations: [...turn.citations.filter(({ n }) => n !== citation.n), citation] };
    }
    case "done":
      return finished(turn, data as Done);
    case "error":
      return { ...turn, state: "failed", error: new ApiError(502, data as ErrorBody) };
    default:
      return turn;
  }
}

/** What was streamed is replaced by what the server kept. */
function finished(turn: Turn, done: Done): Turn {
  return {
    ...turn,
    state: "done",
    callId: done.call_id,
    text: done.answer,
    citations: done.citations,
    abstained: done.abstained,
    nearest: done.nearest,
    unsupported: done.unsupported,
    usage: done.usage,
    seconds: done.latency_seconds,
    strategy: done.strategy ?? turn.strategy,
    searchedFor: done.searched_for ?? turn.searchedFor,
  };
}

/** The stream is over without a last word: stopped by the reader, or broken. */
export function ended(turn: Turn, why: "stopped" | { error: unknown }): Turn {
  if (turn.state === "done" || turn.state === "failed") return turn;
  return why === "stopped" ? { ...turn, state: "stopped" } : { ...turn, state: "failed", error: why.error };
}

export const isGoing = ({ state }: Turn) => state === "waiting" || state === "writing";

/**
 * Turns of the server, then those of this page that it does not have: it keeps those too that were stopped or failed.
 * A turn that was asked here stays the one it was, so that nothing of it is drawn anew under the reader's hand.
 */
export function merged(kept: readonly Turn[], here: readonly Turn[]): Turn[] {
  const placed = here.map((turn) => ({ turn, at: placeIn(kept, turn) }));
  const known = kept.map((turn, place) => {
    const own = placed.find(({ at }) => at === place)?.turn;
    return own ? { ...turn, key: own.key, at: own.at } : turn;
  });
  const all = [...known, ...placed.filter(({ at }) => at === -1).map(({ turn }) => turn)];
  // A failure that was asked again is over.
  return all.filter(({ state, question }, at) => state !== "failed" || all[at + 1]?.question !== question);
}

/** Where the server has a turn of this page, or -1; one that did not come to its end is known by its place. */
function placeIn(kept: readonly Turn[], { callId, place, question }: Turn): number {
  if (callId !== null) return kept.findIndex((turn) => turn.callId === callId);
  return kept[place]?.question === question ? place : -1;
}

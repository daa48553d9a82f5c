/** What the server says, as far as the widget reads it. */

export type Citation = {
  n: number;
  title: string;
  headings: string[];
  url: string | null;
  page: number | null;
  quote: string;
  is_selection: boolean;
};

type Llm = { is_scripted: boolean } | null;

export type Answer = {
  answer: string;
  citations: Citation[];
  abstained: boolean;
  nearest: string[][];
  strategy: "llm" | "extractive" | null;
  llm: Llm;
};

export type Meta = { session: string | null; reader_token: string | null } & Pick<Answer, "strategy" | "llm">;
export type Done = Answer & { call_id: string };
export type Thumb = "up" | "down";

export type PastTurn = Answer & {
  call_id: string;
  question: string;
  selection: { text: string } | null;
  error: { detail: string } | null;
  feedback: { thumb: Thumb } | null;
};

export type Selected = { text: string; before: string; after: string; url: string; title: string };
export type Question = { question: string; selection?: Selected; page?: string };

/** What a reader is told when something does not work; `kind` says what to do about it. */
export class Refusal extends Error {
  constructor(
    readonly kind: "asleep" | "origin" | "broken" | "unreadable" | "refused",
    message = "",
    readonly status = 0,
  ) {
    super(message);
  }
}

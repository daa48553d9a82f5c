/** An experiment's document while it is being written: anything may be typed, the server says what is wrong with it. */
import type { Document } from "../types";

export type Stated = { kind: string; label?: string; [name: string]: unknown };
export type ColumnRole = keyof Document["samples"]["columns"];

export type Draft = {
  name: string;
  description: string;
  samples: {
    dataset: string;
    columns: Partial<Record<ColumnRole, string | null>>;
    limit: unknown;
    seed: unknown;
  };
  strategies: Stated[];
  llms: { llm: string; label: string }[];
  parameters: Record<"temperature" | "max_tokens" | "seed", unknown[]>;
  repeats: unknown;
  scorers: Stated[];
  pace: Record<"concurrency" | "requests_per_minute" | "patience_seconds", unknown>;
  budget: Record<"usd" | "tokens", unknown>;
  allow_network: boolean;
  reuse: boolean;
};

export const COLUMN_ROLES: readonly ColumnRole[] = [
  "question",
  "answer",
  "id",
  "aliases",
  "context",
  "choices",
  "group",
  "truth",
  "answerable",
];

export const BLANK: Draft = {
  name: "",
  description: "",
  samples: { dataset: "", columns: {}, limit: 200, seed: 0 },
  strategies: [{ kind: "naive" }],
  llms: [],
  parameters: { temperature: [0], max_tokens: [512], seed: [0] },
  repeats: 1,
  scorers: [{ kind: "exact_match" }],
  pace: { concurrency: 8, requests_per_minute: null, patience_seconds: 300 },
  budget: { usd: null, tokens: null },
  allow_network: false,
  reuse: true,
};

/** The draft of a document that the server keeps or has read. */
export const draftOf = (document: Document | Record<string, unknown>): Draft => ({
  ...BLANK,
  ...(document as Partial<Draft>),
});

/** A draft that can be estimated: it says what is asked, how, and whom. */
export const isAskable = (draft: Draft) =>
  draft.samples.dataset !== "" && draft.strategies.length > 0 && draft.llms.length > 0 && draft.scorers.length > 0;

/** What is multiplied: every part of the grid that has a number, those of one left out but for the first two. */
export function factorsOf(draft: Draft): { what: Factor; n: number }[] {
  const { strategies, llms, parameters, repeats } = draft;
  const varied: { what: Factor; n: number }[] = [
    { what: "temperature", n: parameters.temperature.length },
    { what: "max_tokens", n: parameters.max_tokens.length },
    { what: "seed", n: parameters.seed.length },
    { what: "repeat", n: typeof repeats === "number" ? repeats : 1 },
  ];
  return [
    { what: "strategy", n: strategies.length },
    { what: "llm", n: llms.length },
    ...varied.filter(({ n }) => n > 1),
  ];
}

export type Factor = "strategy" | "llm" | "temperature" | "max_tokens" | "seed" | "repeat";

/** Rows of the comparison. */
export const nConfigurations = ({ strategies, llms, parameters }: Draft) =>
  [strategies, llms, parameters.temperature, parameters.max_tokens, parameters.seed].reduce(
    (product, part) => product * part.length,
    1,
  );

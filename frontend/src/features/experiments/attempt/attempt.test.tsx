import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { spentText } from "../money";
import { scorerTitle } from "../scorer-titles";
import type { Standing } from "../types";
import { sentenceOf } from "./sentence";
import { errorsText, Standings } from "./standings";

test("each state is a sentence, and the reason comes first", () => {
  const told = { error: null, n_done: 500, n_failed: 0 };
  expect(sentenceOf({ ...told, state: "succeeded" })).toBe("Every answer is there: 500 answers.");
  expect(sentenceOf({ ...told, state: "succeeded", n_failed: 1 })).toContain("but 1 answer failed");
  expect(sentenceOf({ ...told, state: "stopped", error: "The budget of 5 USD is spent." })).toMatch(
    /^The budget of 5 USD is spent\. Stopped before the end/,
  );
  for (const state of ["queued", "running", "failed", "cancelled"] as const)
    expect(sentenceOf({ ...told, state })).toMatch(/\.$/);
});

test("what was read from a log says so, and promises no resumption", () => {
  const told = { error: null, n_done: 8, n_failed: 2, is_recorded: true };
  expect(sentenceOf({ ...told, state: "succeeded" })).toBe("Read from Inspect: 8 answers, of which 2 failed there.");
  expect(sentenceOf({ ...told, state: "cancelled", error: "It was cancelled in Inspect." })).toMatch(
    /^It was cancelled in Inspect\. Read from Inspect/,
  );
  expect(sentenceOf({ ...told, state: "running" })).not.toContain("Asking");
});

test("money that is partly unknown says so", () => {
  expect(spentText(0, 0)).toBe("0 USD");
  expect(spentText(0, 3)).toBe("price unknown");
  expect(spentText(0.5, 3)).toBe("0.5 USD and more");
});

const standing: Standing = {
  configuration: 0,
  name: "Directly · Recorded",
  n_planned: 250,
  n_done: 100,
  n_failed: 5,
  n_reused: 0,
  errors: { refused: 1, timed_out: 4 },
  scorer: "exact_match",
  score: 0.596,
  interval: [0.534, 0.655],
  n_scored: 95,
  means: { exact_match: 0.596, token_f1: null },
  p50_seconds: 0.42,
  n_input_tokens: 10,
  n_output_tokens: 20,
  spent_usd: 0,
  n_unknown_cost: 95,
};

test("a configuration shows its score with the interval, its errors by kind, and no score where there is none", () => {
  expect(errorsText(standing.errors)).toBe("timed out 4, refused 1");
  const titleOf = (name: string) => scorerTitle(name, [{ kind: "exact_match", title: "Exact match" }]);
  const unscored = { ...standing, configuration: 1, score: null, interval: null };
  render(<Standings standings={[standing, unscored]} isLive titleOf={titleOf} />);
  expect(screen.getByText("Exact match, 95 % interval")).toBeTruthy();
  expect(["exact_match 2", "Like a lawyer", "token_f1"].map(titleOf)).toEqual([
    "Exact match 2",
    "Like a lawyer",
    "token_f1",
  ]);
  expect(screen.getByText("(53.4 to 65.5 %)")).toBeTruthy();
  expect(screen.getAllByText("59.6 %", { exact: false })).toHaveLength(1);
  expect(screen.getAllByText("5: timed out 4, refused 1")).toHaveLength(2);
  expect(screen.getAllByText("price unknown")).toHaveLength(2);
});

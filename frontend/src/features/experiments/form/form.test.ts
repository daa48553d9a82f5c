import { expect, test } from "vitest";
import { ApiError } from "@/lib/api-error";
import type { Estimate } from "../types";
import { BLANK, type Draft, draftOf, isAskable, nConfigurations } from "./draft";
import { costText, countLine } from "./estimate";
import { typedNumbers } from "./fields";
import { problemAt, problemsAt, problemsOf } from "./problems";

const grid: Draft = {
  ...BLANK,
  samples: { ...BLANK.samples, dataset: "ds_1" },
  strategies: [{ kind: "naive" }, { kind: "cot" }, { kind: "template" }],
  llms: [
    { llm: "lm_1", label: "" },
    { llm: "lm_2", label: "" },
  ],
  parameters: { temperature: [0, 0.7], max_tokens: [512], seed: [0] },
};
const counts = { n_samples: 200, n_answers: 2400, n_requests: 2400 } as Estimate;

test("the count names what is multiplied, and requests apart where an answer takes several", () => {
  expect(countLine(grid, counts)).toBe("3 strategies × 2 LLMs × 2 temperatures × 200 samples = 2,400 requests");
  expect(countLine({ ...grid, repeats: 3 }, { ...counts, n_answers: 7200, n_requests: 9000 })).toBe(
    "3 strategies × 2 LLMs × 2 temperatures × 3 repeats × 200 samples = 7,200 answers, 9,000 requests",
  );
  expect(nConfigurations(grid)).toBe(12);
});

test("an unknown price is never nothing", () => {
  expect(costText({ usd_most: 0, usd_known_most: 0 })).toBe("0 USD");
  expect(costText({ usd_most: 1.234, usd_known_most: 1.234 })).toBe("1.23 USD");
  expect(costText({ usd_most: null, usd_known_most: 0 })).toBe("price unknown");
  expect(costText({ usd_most: null, usd_known_most: 0.0456 })).toBe("0.046 USD and what nobody knows the price of");
});

test("problems stand at the field that they name", () => {
  const problems = problemsOf(
    new ApiError(422, {
      error: "invalid",
      detail: "no",
      fields: [
        { path: ["strategies", 1, "examples", 0, "question"], message: "Say a question." },
        { path: ["strategies", 10, "k"], message: "Too many." },
        { path: ["parameters", "temperature", 1], message: "At most 2." },
      ],
    }),
  );
  expect(problemsAt(problems, "strategies", 1)).toEqual([{ field: "examples.0.question", message: "Say a question." }]);
  expect(problemAt(problems, "parameters.temperature")).toBe("At most 2.");
  expect(problemAt(problems, "parameters.seed")).toBeUndefined();
  expect(problemsOf(new Error("no answer"))).toEqual([]);
});

test("what is typed between commas is numbers, and words stay for the server to refuse", () => {
  expect(typedNumbers("0, 0.7 1", false)).toEqual([0, 0.7, 1]);
  expect(typedNumbers("0, warm", false)).toEqual([0, "warm"]);
  expect(typedNumbers("", false)).toEqual([]);
  expect(typedNumbers("", true)).toEqual([null]);
  expect(typedNumbers("1, none", true)).toEqual([1, null]);
});

test("a document that leaves things out takes the rest from a blank one, and is asked when it names all parts", () => {
  const draft = draftOf({ name: "x", samples: { dataset: "ds_1" }, llms: [{ llm: "a" }] });
  expect(draft.scorers).toEqual([{ kind: "exact_match" }]);
  expect(isAskable(draft)).toBe(true);
  expect(isAskable({ ...draft, llms: [] })).toBe(false);
});

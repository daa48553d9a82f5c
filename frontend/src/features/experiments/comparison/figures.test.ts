import { expect, test } from "vitest";
import {
  interval,
  points,
  pText,
  ranked,
  seenFrom,
  shortNames,
  signed,
  spentText,
  usdText,
  verdictOf,
} from "./figures";
import type { Pair, Results, Scored } from "./types";

test("shares are points of a hundred, differences have their sign, nothing is −0.0", () => {
  expect(points(0.6123)).toBe("61.2");
  expect(points(null)).toBe("–");
  expect(signed(0.1234)).toBe("+12.3");
  expect(signed(-0.2)).toBe("−20.0");
  expect(signed(-0.0001)).toBe("0.0");
  expect(interval(0.5, null)).toBeNull();
  expect(interval(-0.015, 0.2)).toBe("−1.5 to 20.0");
});

test("an unknown price is unknown, never 0", () => {
  expect(usdText(null)).toBe("unknown");
  expect(usdText(0)).toBe("$0");
  expect(spentText({ usd: null, n_unknown_cost: 3 })).toBe("unknown");
  expect(spentText({ usd: 0.5, n_unknown_cost: 3 })).toBe("$0.5 + unknown");
  expect(pText(1e-9)).toBe("< 0.001");
});

test("names lose what all of them share, as long as they stay apart", () => {
  expect(shortNames(["naive · GPT", "cot · GPT"])).toEqual(["naive", "cot"]);
  expect(shortNames(["cot · A · T 0", "cot · B · T 0"])).toEqual(["A", "B"]);
  expect(shortNames(["cot · GPT"])).toEqual(["cot · GPT"]);
  expect(shortNames(["cot · GPT", "cot · GPT"])).toEqual(["cot · GPT", "cot · GPT"]);
});

const pair = {
  first: 0,
  second: 1,
  n: 100,
  first_value: 0.5,
  second_value: 0.7,
  difference: -0.2,
  low: -0.3,
  high: -0.1,
  p_value: 0.001,
  test: "mcnemar",
  n_only_first: 5,
  n_only_second: 25,
  is_certain: true,
} as Pair;

test("a pair seen from its second turns figures, interval and counts", () => {
  const turned = seenFrom(pair, 1);
  expect(turned).toMatchObject({ first: 1, second: 0, difference: 0.2, low: 0.1, high: 0.3, n_only_first: 25 });
  expect(seenFrom(turned, 0)).toEqual(pair);
  expect(seenFrom(pair, 0)).toBe(pair);
});

test("a verdict is better or worse only where it is certain", () => {
  expect(verdictOf(pair)).toBe("worse");
  expect(verdictOf(seenFrom(pair, 1))).toBe("better");
  expect(verdictOf({ ...pair, is_certain: false })).toBe("open");
  expect(verdictOf({ ...pair, test: "identical", difference: 0 })).toBe("same");
  expect(verdictOf({ ...pair, difference: null, p_value: null })).toBe("apart");
});

test("configurations stand from best to worst, those without a score last", () => {
  const row = (place: number, value: number | null) => ({
    place,
    name: `c${place} · GPT`,
    scores: { em: { estimate: value === null ? null : { value, low: null, high: null } } },
  });
  const results = { configurations: [row(0, null), row(1, 0.7), row(2, 0.8), row(3, 0.2)] } as unknown as Results;
  const scorer = { name: "em", best: 2, cheapest_not_worse: 1, not_worse: [1, 2] } as unknown as Scored;
  expect(ranked(results, scorer).map(({ label, standing }) => [label, standing])).toEqual([
    ["c2", "best"],
    ["c1", "cheapest"],
    ["c3", "worse"],
    ["c0", "unscored"],
  ]);
});

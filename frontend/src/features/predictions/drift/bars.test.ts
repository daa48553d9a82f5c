import { expect, test } from "vitest";
import { barsOf } from "./bars";

const shape = (...shares: number[]) => ({
  n: 10,
  edges: null,
  bins: ["< 1", "1 to 2", "> 2"].slice(0, shares.length),
  shares,
});

test("bins stand side by side, and the shares of each side add up to all rows", () => {
  const bars = barsOf({ training: shape(0.5, 0.5), recent: shape(1, 0), missing: { training: 0.2, recent: 0 } });
  expect(bars).toEqual([
    { label: "< 1", training: 0.4, recent: 1 },
    { label: "1 to 2", training: 0.4, recent: 0 },
    { label: "missing", training: 0.2, recent: 0 },
  ]);
});

test("without missing values there is no bar for them; what was not measured has none at all", () => {
  expect(barsOf({ training: shape(1), recent: shape(1), missing: { training: 0, recent: 0 } })).toHaveLength(1);
  expect(barsOf({ training: null, recent: null, missing: null })).toEqual([]);
});

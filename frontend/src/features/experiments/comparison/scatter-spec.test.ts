import { expect, test } from "vitest";
import { costPoints, scatterSpec, secondsPoints } from "./scatter-spec";
import type { RankedRow } from "./types";

const ranked = (place: number, usd: number | null, value: number | null): RankedRow =>
  ({
    label: `c${place}`,
    standing: "worse",
    estimate: value === null ? null : { value, low: value - 0.1, high: value + 0.1 },
    row: { place, usd_per_answer: usd, seconds: { p50: { value: 2, low: 1, high: 3 } } },
  }) as unknown as RankedRow;

test("costs are of a thousand answers; what has no price or no score is left out", () => {
  const rows = [ranked(0, 0.002, 0.5), ranked(1, null, 0.9), ranked(2, 0.001, null)];
  expect(costPoints(rows, [0])).toEqual([
    { configuration: "c0", x: 2, score: 50, low: 40, high: 60, x_low: null, x_high: null, on_line: 0 },
  ]);
  expect(secondsPoints(rows, [1, 0]).map(({ on_line, x_low, x_high }) => [on_line, x_low, x_high])).toEqual([
    [1, 1, 3],
    [0, 1, 3],
  ]);
});

test("points are named while names have room, each half on its own side", () => {
  const names = (n: number) => {
    const rows = Array.from({ length: n }, (_, place) => ranked(place, (place + 1) / 1000, 0.5));
    const { layer } = scatterSpec(costPoints(rows, []), { x: "x", score: "y", front: "f" }) as {
      layer: { mark: { type: string } }[];
    };
    return layer.filter(({ mark }) => mark.type === "text").length;
  };
  expect(names(1)).toBe(1);
  expect(names(4)).toBe(2);
  expect(names(20)).toBe(0);
});

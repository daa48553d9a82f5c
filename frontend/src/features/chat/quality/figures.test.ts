import { describe, expect, it } from "vitest";
import { formatChange, formatFigure, intervalText, isSure } from "./figures";
import type { Figure, FigureChange } from "./types";

const figure = (value: number | null, low: number | null = null, high: number | null = null): Figure => ({
  value,
  low,
  high,
  n: 10,
  n_not_scorable: 0,
  why_not: {},
  told: null,
});
const change = (difference: number | null, low: number | null, high: number | null): FigureChange => ({
  difference,
  low,
  high,
  n: 10,
  told: null,
});

describe("a figure of quality", () => {
  it("is written in its own unit, and one that is missing is never 0", () => {
    expect(formatFigure("hit_at_1", 0.931)).toBe("93.1 %");
    expect(formatFigure("mrr_at_10", 0.94)).toBe("0.940");
    expect(formatFigure("latency_p95", 1.24)).toBe("1.2 s");
    expect(formatFigure("cost_usd", null)).toBe("–");
  });

  it("has an interval only when both ends are known", () => {
    expect(intervalText("hit_at_1", figure(0.5, 0.4, 0.6))).toBe("40 % to 60 %");
    expect(intervalText("hit_at_1", figure(0.5))).toBeNull();
  });

  it("has changed for sure only when the interval leaves 0 out", () => {
    expect(formatChange("hit_at_1", change(-0.05, -0.2, 0.1))).toBe("−5.0 points");
    expect(formatChange("hit_at_1", change(0.0003, -0.2, 0.1))).toBe("about the same");
    expect(isSure(change(-0.05, -0.2, 0.1))).toBe(false);
    expect(isSure(change(0.05, 0.01, 0.1))).toBe(true);
    expect(isSure(change(0.05, null, null))).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import type { Used } from "@/api/types";
import { CATEGORY_COLORS } from "@/ui/chart-theme";
import { callsSpec, classesSpec, latencySpec } from "./charts";

const used = (at: string, classes: Record<string, number>, rest: Partial<Used> = {}): Used => ({
  at,
  n_calls: 3,
  n_rows: 3,
  n_errors: 1,
  p50_seconds: 0.01,
  p95_seconds: 0.02,
  classes,
  n_other_rows: 0,
  mean: null,
  ...rest,
});

type Values = { data: { values: Record<string, unknown>[] } };
type Coloured = { encoding: { color: { scale: { domain: string[]; range: string[] } } } };

describe("charts of use", () => {
  it("keep the colour of a class, however frequent it is", () => {
    const spec = classesSpec([used("2026-01-01T00:00:00Z", { c: 5, b: 1 })], "day", ["a", "b", "c"]);
    const { domain, range } = (spec as Coloured).encoding.color.scale;
    expect(domain).toEqual(["b", "c"]);
    expect(range).toEqual([CATEGORY_COLORS[1], CATEGORY_COLORS[2]]);
  });

  it("put the rare of many classes together, and lose no row", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const counts = Object.fromEntries(names.map((name, i) => [name, 10 - i]));
    const spec = classesSpec([used("2026-01-01T00:00:00Z", counts, { n_other_rows: 2 })], "day", names);
    const rows = (spec as Values).data.values.map((value) => value.rows as number);
    expect((spec as Coloured).encoding.color.scale.domain).toEqual(["a", "b", "c", "d", "e", "others"]);
    expect(rows.reduce((sum, n) => sum + n, 0)).toBe(49 + 2);
  });

  it("split calls into answered and refused", () => {
    const spec = callsSpec([used("2026-01-01T00:00:00Z", {})], "hour");
    expect((spec as Values).data.values.map((value) => value.calls)).toEqual([2, 1]);
  });

  it("say milliseconds where every answer took less than a second", () => {
    const titled = (spec: unknown) => (spec as { encoding: { y: { title: string } } }).encoding.y.title;
    const slow = used("2026-01-01T00:00:00Z", {}, { p95_seconds: 2.5 });
    expect(titled(latencySpec([used("2026-01-01T00:00:00Z", {})], "day"))).toBe("milliseconds");
    expect(titled(latencySpec([slow], "day"))).toBe("seconds");
    expect((latencySpec([slow], "day") as Values).data.values[1]?.took).toBe(2.5);
  });

  it("give every power of ten the same height, around all times", () => {
    const slow = used("2026-01-01T00:00:00Z", {}, { p50_seconds: 0.04, p95_seconds: 35 });
    const { y } = (latencySpec([slow], "day") as { encoding: { y: { scale: object; axis: object } } }).encoding;
    expect(y.scale).toEqual({ type: "log", domain: [0.01, 100] });
    expect(y.axis).toMatchObject({ values: [0.01, 0.1, 1, 10, 100] });
  });

  it("leave a gap where nothing was answered", () => {
    const silent = used("2026-01-01T00:00:00Z", {}, { p50_seconds: null, p95_seconds: null });
    const { values } = (latencySpec([silent], "hour") as Values).data;
    expect(values.map(({ at, took }) => [at, took])).toEqual([
      ["2026-01-01T00:00:00Z", null],
      ["2026-01-01T00:00:00Z", null],
    ]);
  });
});

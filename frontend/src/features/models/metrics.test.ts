import { describe, expect, it } from "vitest";
import type { Metric, Model } from "@/api/types";
import { betterOf, differences, leaves, mainMetric, metricPairs } from "./metrics";

const metric = (name: string, value: number | null, rest: Partial<Metric> = {}): Metric => ({
  name,
  label: name,
  value,
  split: "test",
  n: 100,
  higher_is_better: true,
  unavailable: null,
  baseline: null,
  boosting: null,
  interval: null,
  interval_unavailable: null,
  ...rest,
});
const model = (...metrics: Metric[]) => ({ metrics }) as Model;

describe("the main metric", () => {
  it("is the first of the test rows that has a value", () => {
    const found = mainMetric(
      model(metric("f1", 0.9, { split: "train" }), metric("auc", null), metric("accuracy", 0.8)),
    );
    expect(found?.name).toBe("accuracy");
  });

  it("is none when nothing was measured", () => {
    expect(mainMetric(model())).toBeNull();
  });
});

describe("comparing", () => {
  it("pairs metrics and keeps those that only one has", () => {
    const pairs = metricPairs(model(metric("accuracy", 0.8)), model(metric("accuracy", 0.9), metric("f1", 0.7)));
    expect(pairs.map((pair) => [pair.label, pair.a?.value, pair.b?.value])).toEqual([
      ["accuracy", 0.8, 0.9],
      ["f1", undefined, 0.7],
    ]);
    expect(pairs.map(betterOf)).toEqual(["b", null]);
  });

  it("knows that a smaller error is better", () => {
    const error = (value: number) => metric("rmse", value, { higher_is_better: false });
    const [pair] = metricPairs(model(error(2)), model(error(3)));
    expect(pair && betterOf(pair)).toBe("a");
  });

  it("lists only the parameters that differ, by path", () => {
    expect(
      differences({ engine: { kind: "x", depth: 3 }, seed: 0 }, { engine: { kind: "x", depth: 4 }, seed: 0 }),
    ).toEqual([{ path: "engine.depth", a: 3, b: 4 }]);
  });

  it("flattens a document", () => {
    expect(leaves({ a: { b: 1 }, c: [1] })).toEqual([
      ["a.b", 1],
      ["c", [1]],
    ]);
  });
});

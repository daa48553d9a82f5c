import { describe, expect, it } from "vitest";
import type { Metric, Model } from "@/api/types";
import { leaves, mainMetric } from "./metrics";

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

describe("documents", () => {
  it("flattens a document", () => {
    expect(leaves({ a: { b: 1 }, c: [1] })).toEqual([
      ["a.b", 1],
      ["c", [1]],
    ]);
  });
});

/** The metric that stands for a model, and how two models differ. */
import type { Metric, Model } from "@/api/types";

/** The server lists the metric that counts first; the test rows count before all others. */
export function mainMetric(model: Pick<Model, "metrics">): Metric | null {
  const known = model.metrics.filter((metric) => metric.value !== null);
  return known.find((metric) => metric.split === "test") ?? known[0] ?? null;
}

export type MetricPair = { name: string; label: string; split: string; a: Metric | null; b: Metric | null };

/** Metrics of both, in the order of the first, those that only the second has at the end. */
export function metricPairs(a: Model, b: Model): MetricPair[] {
  const key = (metric: Metric) => `${metric.split} ${metric.name}`;
  const ofB = new Map(b.metrics.map((metric) => [key(metric), metric]));
  const ofA = new Map(a.metrics.map((metric) => [key(metric), metric]));
  const all = [...a.metrics, ...b.metrics.filter((metric) => !ofA.has(key(metric)))];
  return all.map((metric) => ({
    name: key(metric),
    label: metric.label,
    split: metric.split,
    a: ofA.get(key(metric)) ?? null,
    b: ofB.get(key(metric)) ?? null,
  }));
}

/** Which of the two is better by this metric; null when neither, or when one does not have it. */
export function betterOf({ a, b }: MetricPair): "a" | "b" | null {
  if (a?.value == null || b?.value == null || a.value === b.value) return null;
  return a.value > b.value === a.higher_is_better ? "a" : "b";
}

export type Difference = { path: string; a: unknown; b: unknown };

/** Leaves that are not the same, by dotted path. */
export function differences(a: unknown, b: unknown, path = ""): Difference[] {
  if (isObject(a) && isObject(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return names.flatMap((name) => differences(a[name], b[name], path ? `${path}.${name}` : name));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path, a, b }];
}

/** Leaves of a document, by dotted path. */
export function leaves(value: unknown, path = ""): [string, unknown][] {
  if (!isObject(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

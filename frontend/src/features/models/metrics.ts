/** The metric that stands for a model, and documents as lists. */
import type { Metric, Model } from "@/api/types";

/** The server lists the metric that counts first; the test rows count before all others. */
export function mainMetric(model: Pick<Model, "metrics">): Metric | null {
  const known = model.metrics.filter((metric) => metric.value !== null);
  return known.find((metric) => metric.split === "test") ?? known[0] ?? null;
}

/** Leaves of a document, by dotted path. */
export function leaves(value: unknown, path = ""): [string, unknown][] {
  if (!isObject(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Several batches, labels or periods beside each other. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get } from "@/api/client";
import type { ChartSpec } from "@/api/types";

export type Interval = { low: number; high: number };
export type Group = {
  key: string;
  title: string;
  n: number;
  shares: Record<string, Interval & { share: number }>;
  mean: (Interval & { value: number }) | null;
  mean_confidence: number | null;
};
export type Test = { a: string; b: string; statistic: number | null; p_value: number | null; told: string };
export type Compared = { groups: Group[]; tests: Test[]; charts: ChartSpec[] };

export type By = "batch" | "label" | "period";

export const compareQuery = (ids: readonly string[], by: By, step: string) =>
  queryOptions({
    queryKey: ["batches", "compare", ids, by, step],
    queryFn: ({ signal }) =>
      get<Compared>("/batches/compare", { ids, by, step: by === "period" ? step : null }, signal),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });

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
export type Compared = { groups: Group[]; tests: Test[]; charts: ChartSpec[]; notes: string[] };

export type By = "batch" | "label" | "period";

/** `step` and `column` count for periods only; an empty one is chosen by the server. */
export const compareQuery = (ids: readonly string[], by: By, step: string, column: string) =>
  queryOptions({
    queryKey: ["batches", "compare", ids, by, step, column],
    queryFn: ({ signal }) =>
      get<Compared>("/batches/compare", { ids, by, ...(by === "period" && { step, column }) }, signal),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });

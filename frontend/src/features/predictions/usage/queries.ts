/** What an endpoint was used for, and how right it was since it is deployed. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, post } from "@/api/client";
import type { Accuracy, Dataset, Usage } from "@/api/types";

const HOUR_MS = 3_600_000;
export const PERIODS = {
  "24h": { hours: 24, step: "hour" },
  "7d": { hours: 7 * 24, step: "hour" },
  "30d": { hours: 30 * 24, step: "day" },
  "365d": { hours: 365 * 24, step: "day" },
} as const satisfies Record<string, { hours: number; step: Usage["step"] }>;
export type Period = keyof typeof PERIODS;

export const isPeriod = (name: string | null): name is Period => name !== null && name in PERIODS;

/** Since when a period runs; to the minute, so that one look asks once. */
export function sinceOf(period: Period): string {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  return new Date(minute - PERIODS[period].hours * HOUR_MS).toISOString();
}

export const usageQuery = (id: string, period: Period) =>
  queryOptions({
    queryKey: ["endpoints", "usage", id, period],
    queryFn: ({ signal }) =>
      get<Usage>(`/endpoints/${id}/usage`, { since: sinceOf(period), step: PERIODS[period].step }, signal),
    placeholderData: keepPreviousData,
  });

export const accuracyQuery = (id: string) =>
  queryOptions({
    queryKey: ["endpoints", "accuracy", id],
    queryFn: ({ signal }) => get<Accuracy>(`/endpoints/${id}/accuracy`, undefined, signal),
  });

/** `append`: the rows of training come before them. */
export const datasetOfCorrections = (id: string, append: boolean) =>
  post<Dataset>(`/endpoints/${id}/corrections/dataset`, { append });

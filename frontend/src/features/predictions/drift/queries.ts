/** How the rows of calls and batches differ from those of training. */
import { queryOptions } from "@tanstack/react-query";
import { get, post } from "@/api/client";
import type { Drift, Run } from "@/api/types";

/** While it is measured, looked at this often. */
const EVERY_MS = 1500;
const DAY_MS = 86_400_000;
export const PERIODS = { "24h": 1, "7d": 7, "30d": 30, "90d": 90 } as const;
export type Period = keyof typeof PERIODS;
export const isPeriod = (name: string | null): name is Period => name !== null && name in PERIODS;

export const driftQuery = (id: string) =>
  queryOptions({
    queryKey: ["endpoints", "drift", id],
    queryFn: ({ signal }) => get<Drift>(`/endpoints/${id}/drift`, undefined, signal),
    refetchInterval: ({ state: { data } }) => (data?.run_id ? EVERY_MS : false),
  });

export function measureDrift(id: string, period: Period) {
  const since = new Date(Date.now() - PERIODS[period] * DAY_MS).toISOString();
  return post<Run>(`/endpoints/${id}/drift?${new URLSearchParams({ since })}`);
}

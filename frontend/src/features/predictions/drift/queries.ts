/** How the rows of calls and batches differ from those of training. */
import { queryOptions } from "@tanstack/react-query";
import { get, post } from "@/api/client";
import type { Run } from "@/api/types";

/** Shares of the same bins in training and now. */
export type Shape = { n: number; bins: string[]; shares: number[] };

export type ColumnDrift = {
  name: string;
  kind: string;
  psi: number | null;
  ks: number | null;
  p_value: number | null;
  is_drifted: boolean;
  told: string;
  n: number;
  missing: { training: number; recent: number } | null;
  training: Shape | null;
  recent: Shape | null;
};

export type PredictionDrift = {
  psi: number | null;
  is_drifted: boolean;
  told: string;
  n: number;
  training: Record<string, number> | null;
  recent: Record<string, number> | null;
};

/** Shares of the texts that a word is in. */
export type WordShift = { column: string; word: string; training: number; recent: number; z: number };

/** What was measured last; without a report `measured_at` is null. */
export type Drift = {
  measured_at: string | null;
  /** The run that is measuring now. */
  run_id: string | null;
  told: string;
  since: string | null;
  until: string | null;
  version: number | null;
  n_rows: number;
  /** Whether there were more rows; the newest were taken. */
  is_cut: boolean;
  alerts: string[];
  columns: ColumnDrift[];
  prediction: PredictionDrift | null;
  words: WordShift[];
};

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

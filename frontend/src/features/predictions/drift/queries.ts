/** How the rows of calls and batches differ from those of training. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get } from "@/api/client";

/** Shares of bins between edges, or of named values; `missing` and `other` beside them. */
export type Shape = {
  edges?: number[];
  shares?: number[];
  values?: Record<string, number>;
  missing?: number;
};

export type ColumnDrift = {
  name: string;
  kind: string;
  psi: number | null;
  ks: number | null;
  p_value: number | null;
  is_drifted: boolean;
  told: string;
  training: Shape | null;
  recent: Shape | null;
};

export type WordShift = { column: string; word: string; training: number; recent: number; z: number };

export type Drift = {
  n_rows: number;
  since: string;
  until: string;
  alerts: string[];
  columns: ColumnDrift[];
  prediction: { psi: number | null; training: Record<string, number>; recent: Record<string, number> } | null;
  words: WordShift[];
  unavailable?: string | null;
};

const DAY_MS = 86_400_000;
export const PERIODS = { "24h": 1, "7d": 7, "30d": 30, "90d": 90 } as const;
export type Period = keyof typeof PERIODS;
export const isPeriod = (name: string | null): name is Period => name !== null && name in PERIODS;

export const driftQuery = (id: string, period: Period) =>
  queryOptions({
    queryKey: ["endpoints", "drift", id, period],
    queryFn: ({ signal }) => {
      const since = new Date(Date.now() - PERIODS[period] * DAY_MS).toISOString();
      return get<Drift>(`/endpoints/${id}/drift`, { since }, signal);
    },
    placeholderData: keepPreviousData,
  });

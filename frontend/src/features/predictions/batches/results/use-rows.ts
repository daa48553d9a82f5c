"use client";
/** Rows by their place in the list: only the windows around what is in view are asked for. */
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useDebounced } from "@/lib/debounced";
import type { Filters } from "../filters";
import { rowsQuery, WINDOW_ROWS } from "../queries";
import type { ResultRow } from "../types";

/** While the list is scrolled fast nothing is asked for. */
const REST_MS = 80;

export type Rows = {
  total: number | null;
  /** The row at a place, or undefined while it is not here. */
  at: (place: number) => ResultRow | undefined;
  isPending: boolean;
  /** Rows of the filters before these are shown meanwhile. */
  isOld: boolean;
  error: unknown;
  retry: () => void;
};

export function useRows(batchId: string, filters: Filters, first: number, end: number): Rows {
  const head = useQuery({ ...rowsQuery(batchId, filters, 0), placeholderData: keepPreviousData });
  const wanted = useDebounced(offsetsOf(first, end).join(), REST_MS).split(",").map(Number);
  const windows = useQueries({ queries: wanted.map((offset) => rowsQuery(batchId, filters, offset)) });
  const byOffset = new Map(wanted.map((offset, place) => [offset, windows[place]?.data?.items]));
  const at = (place: number) => {
    const offset = place - (place % WINDOW_ROWS);
    const items = byOffset.get(offset) ?? (offset === 0 ? head.data?.items : undefined);
    return items?.[place - offset];
  };
  const failed = windows.find(({ error }) => error);
  return {
    total: head.data?.total ?? null,
    at,
    isPending: head.isPending,
    isOld: head.isPlaceholderData,
    error: head.error ?? failed?.error ?? null,
    retry: () => {
      void head.refetch();
      void failed?.refetch();
    },
  };
}

function offsetsOf(first: number, end: number): number[] {
  const start = first - (first % WINDOW_ROWS);
  const offsets = [start];
  for (let offset = start + WINDOW_ROWS; offset < end; offset += WINDOW_ROWS) offsets.push(offset);
  return offsets;
}

/** Past calls as the server has them. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { address, get, remove } from "@/api/client";
import type { CallPage, PastCall } from "@/api/types";
import { type Filters, filterQuery } from "./filters";

const AT_ONCE = 100;

export const callsQuery = (id: string, filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ["endpoints", "calls", id, filters],
    queryFn: ({ pageParam, signal }) =>
      get<CallPage>(`/endpoints/${id}/calls`, { ...filterQuery(filters), cursor: pageParam, limit: AT_ONCE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const callQuery = (id: string, callId: string) =>
  queryOptions({
    queryKey: ["endpoints", "call", id, callId],
    queryFn: ({ signal }) => get<PastCall>(`/endpoints/${id}/calls/${callId}`, undefined, signal),
    staleTime: 60_000,
  });

export const FORMATS = ["csv", "xlsx", "jsonl", "parquet"] as const;
export type Format = (typeof FORMATS)[number];

export const exportAddress = (id: string, format: Format, filters: Filters) =>
  address(`/endpoints/${id}/calls/export`, { ...filterQuery(filters), format });

/** The server takes some seconds at a time for very many calls: asked again until it is done. */
export async function deleteCalls(id: string, filters: Filters, onProgress: (n: number) => void): Promise<number> {
  let n = 0;
  let cursor: string | null = null;
  do {
    const query = { ...filterQuery(filters), cursor };
    const removed: Removed = await remove<Removed>(`/endpoints/${id}/calls`, query);
    n += removed.n_deleted;
    cursor = removed.next;
    onProgress(n);
  } while (cursor !== null);
  return n;
}

type Removed = { n_deleted: number; next: string | null };

const COUNTED_AT_ONCE = 200;
const COUNTED_MOST = 2000;

/** How many calls are meant, up to a number that nobody would check by eye. */
export const countQuery = (id: string, filters: Filters) =>
  queryOptions({
    queryKey: ["endpoints", "calls", "count", id, filters],
    queryFn: async ({ signal }) => {
      let n = 0;
      let cursor: string | null = null;
      do {
        const query = { ...filterQuery(filters), cursor, limit: COUNTED_AT_ONCE };
        const page: CallPage = await get<CallPage>(`/endpoints/${id}/calls`, query, signal);
        n += page.items.length;
        cursor = page.next;
      } while (cursor !== null && n < COUNTED_MOST);
      return { n, isAll: cursor === null };
    },
    staleTime: 0,
    gcTime: 0,
  });

/** The documents of a collection and where they come from. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "@/api/client";
import type { Page, Run } from "@/api/types";
import type { Document, DocumentState, Origin } from "../types";

export type Wanted = { search: string; state: DocumentState | null };

/** While a sync goes on documents appear and are indexed one after the other. */
const SYNCING_MS = 5_000;

export const documentsQuery = (id: string, { search, state }: Wanted, isSyncing: boolean) =>
  infiniteQueryOptions({
    queryKey: ["collections", "documents", id, search, state],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Document>>(`/collections/${id}/documents`, { search, state, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: isSyncing ? SYNCING_MS : false,
  });

export const originsQuery = (id: string) =>
  queryOptions({
    queryKey: ["collections", "origins", id],
    queryFn: async ({ signal }) =>
      (await get<{ items: Origin[] }>(`/collections/${id}/origins`, undefined, signal)).items,
  });

export const removeOrigin = (id: string, originId: string) => remove(`/collections/${id}/origins/${originId}`);
export const cancelRun = (id: string) => post<Run>(`/runs/${id}/cancel`);

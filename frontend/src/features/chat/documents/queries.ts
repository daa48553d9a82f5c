/** The documents of a collection and where they come from. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "@/api/client";
import type { Page, Run } from "@/api/types";
import type { Document, DocumentState, Problem } from "../types";

export type Wanted = { search: string; state: DocumentState | null };

export const documentsQuery = (id: string, { search, state }: Wanted) =>
  infiniteQueryOptions({
    queryKey: ["collections", "documents", id, search, state],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Document>>(`/collections/${id}/documents`, { search, state, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export type LeftOut = { key: string; reason: string; hint: string | null };

/** What the last sync found at one origin, and what it left out and why. */
export type OriginReport = {
  n_found: number;
  n_new: number;
  n_changed: number;
  n_unchanged: number;
  n_removed: number;
  n_failed: number;
  n_left_out: number;
  /** The first hundred of each. */
  left_out: LeftOut[];
  failed: LeftOut[];
  /** Why it could not be read to its end; documents that were there stay. */
  error: Problem | null;
};

export type Origin = {
  id: string;
  kind: string;
  name: string;
  n_documents: number;
  added_at: string;
  synced_at: string | null;
  report: OriginReport | null;
};

export const originsQuery = (id: string) =>
  queryOptions({
    queryKey: ["collections", "origins", id],
    queryFn: async ({ signal }) => (await get<Page<Origin>>(`/collections/${id}/origins`, undefined, signal)).items,
  });

export const removeOrigin = (id: string, originId: string) => remove(`/collections/${id}/origins/${originId}`);
export const cancelRun = (id: string) => post<Run>(`/runs/${id}/cancel`);

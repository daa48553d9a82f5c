/** What several pages of collections read from the server and ask of it. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "@/api/client";
import type { Named, Page } from "@/api/types";
import type { Collection } from "./types";

export const collectionsQuery = infiniteQueryOptions({
  queryKey: ["collections", "list"],
  queryFn: ({ pageParam, signal }) => get<Page<Collection>>("/collections", { cursor: pageParam }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

const SYNCING_MS = 3_000;

export const collectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["collections", "one", id],
    queryFn: ({ signal }) => get<Collection>(`/collections/${id}`, undefined, signal),
    // Its counts grow while documents are indexed.
    refetchInterval: ({ state }) => (state.data?.state === "syncing" ? SYNCING_MS : false),
  });

export type NewCollection = { name: string; site_url?: string | null; llm_id?: string | null };

export const createCollection = (body: NewCollection) => post<Collection>("/collections", body);

/** The guides of this product; the sample that is there already is returned as it is. */
export const addSample = () => post<Collection>("/collections/sample");

export type CollectionChange = Partial<Pick<Collection, "name" | "index" | "answering" | "site_url">> & {
  llm_id?: string | null;
  embedder_id?: string | null;
};

export const changeCollection = (id: string, change: CollectionChange) =>
  patch<Collection>(`/collections/${id}`, change);
export const deleteCollection = (id: string) => remove(`/collections/${id}`);

/** What goes with it. */
export const dependentsQuery = (id: string) =>
  queryOptions({
    queryKey: ["collections", "dependents", id],
    queryFn: ({ signal }) => get<Named["CollectionDependents"]>(`/collections/${id}/dependents`, undefined, signal),
  });

export const syncCollection = (id: string) => post<{ run_id: string }>(`/collections/${id}/sync`);

export const llmChoicesQuery = queryOptions({
  queryKey: ["llms", "choices"],
  queryFn: async ({ signal }) => (await get<Page<Named["LlmOut"]>>("/llms", { limit: 200 }, signal)).items,
});

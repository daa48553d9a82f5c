/** What the model pages read from the server, and what they ask it to do. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { address, get, patch, post, remove } from "@/api/client";
import type { ChartSpec, Comparison, Dependents, Lineage, Model, Page, Paired, Versions, Workflow } from "@/api/types";

export const listQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["models", "list", search],
    queryFn: ({ pageParam, signal }) => get<Page<Lineage>>("/models/lineages", { search, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: ["models", "one", id],
    queryFn: ({ signal }) => get<Model>(`/models/${id}`, undefined, signal),
  });

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["models", "versions", id],
    queryFn: ({ signal }) => get<Versions>(`/models/${id}/versions`, undefined, signal),
  });

export const dependentsQuery = (id: string) =>
  queryOptions({
    queryKey: ["models", "dependents", id],
    queryFn: ({ signal }) => get<Dependents>(`/models/${id}/dependents`, undefined, signal),
    staleTime: 0,
  });

/** The workflow that made a model, by name and schedule; it may be gone. */
export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: ["workflows", "one", id],
    queryFn: ({ signal }) => get<Workflow>(`/workflows/${id}`, undefined, signal),
    retry: false,
  });

export const comparisonQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ["models", "compare", ids],
    queryFn: ({ signal }) => get<Comparison>("/models/compare", { ids }, signal),
  });

export const pairedQuery = (ids: readonly string[], against: string) =>
  queryOptions({
    queryKey: ["models", "paired", ids, against],
    queryFn: ({ signal }) => get<Paired[]>("/models/compare/paired", { ids, against }, signal),
    placeholderData: keepPreviousData,
  });

export const overlaysQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ["models", "overlays", ids],
    queryFn: ({ signal }) => get<ChartSpec[]>("/models/compare/charts", { ids }, signal),
  });

export const renameModel = (id: string, name: string) => patch<Model>(`/models/${id}`, { name });
export const promoteModel = (id: string, expected: string) => post<Versions>(`/models/${id}/promote`, { expected });
export const rollBack = (id: string, expected: string) => post<Versions>(`/models/${id}/roll-back`, { expected });

export type Deletion = { serveNext: string | null; isAll: boolean };

export const deleteModel = (id: string, { serveNext, isAll }: Deletion) => {
  const query = new URLSearchParams();
  if (serveNext && !isAll) query.set("serve_next", serveNext);
  if (isAll) query.set("all_versions", "true");
  const text = query.toString();
  return remove(text ? `/models/${id}?${text}` : `/models/${id}`);
};

export const csvAddress = (ids: readonly string[]) => address("/models/compare.csv", { ids });

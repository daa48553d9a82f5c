/** What the model pages read from the server, and what they ask it to do. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, patch, remove } from "@/api/client";
import type { Model, ModelSummary, Page } from "@/api/types";

export const listQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["models", "list", search],
    queryFn: ({ pageParam, signal }) => get<Page<ModelSummary>>("/models", { search, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: ["models", "one", id],
    queryFn: ({ signal }) => get<Model>(`/models/${id}`, undefined, signal),
  });

export const renameModel = (id: string, name: string) => patch<Model>(`/models/${id}`, { name });
export const deleteModel = (id: string) => remove(`/models/${id}`);

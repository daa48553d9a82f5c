/** What the pages of batches read from the server, and what they ask it to do. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, patch, post, put, remove } from "@/api/client";
import type { Endpoint, Page, Run } from "@/api/types";
import type { Filters } from "./filters";
import { type Batch, isMoving, type ResultPage, type ResultRow } from "./types";

/** A batch that moves is read again this often. */
const EVERY_MS = 1_500;
const LIST_ROWS = 100;
/** Rows of one window of results. */
export const WINDOW_ROWS = 200;

export type ListFilters = { endpointId: string | null; search: string; state: string };

export const batchesQuery = ({ endpointId, search, state }: ListFilters) =>
  infiniteQueryOptions({
    queryKey: ["batches", "list", endpointId, search, state],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Batch>>(
        "/batches",
        { endpoint_id: endpointId, search, state, cursor: pageParam, limit: LIST_ROWS },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((page) => page.items.some((batch) => isMoving(batch.state))) ? EVERY_MS : false,
  });

export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: ["batches", "one", id],
    queryFn: ({ signal }) => get<Batch>(`/batches/${id}`, undefined, signal),
    refetchInterval: ({ state: { data } }) => (data && isMoving(data.state) ? EVERY_MS : false),
  });

export const rowsQuery = (id: string, filters: Filters, offset: number, limit = WINDOW_ROWS) =>
  queryOptions({
    queryKey: ["batches", "rows", id, filters, offset, limit],
    queryFn: ({ signal }) => get<ResultPage>(`/batches/${id}/rows`, { ...filters, offset, limit }, signal),
    staleTime: 60_000,
  });

/** One row with its texts as long as they are; pages of rows cut them. */
export const wholeRowQuery = (id: string, row: number) =>
  queryOptions({
    queryKey: ["batches", "row", id, row],
    queryFn: ({ signal }) => get<ResultRow>(`/batches/${id}/rows/${row}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The endpoints to choose from; whoever has more than these comes from the endpoint's own page. */
export const endpointsQuery = queryOptions({
  queryKey: ["endpoints", "choice"],
  queryFn: ({ signal }) => get<Page<Endpoint>>("/endpoints", { limit: 100 }, signal),
});

export const endpointQuery = (id: string) =>
  queryOptions({
    queryKey: ["endpoints", "one", id],
    queryFn: ({ signal }) => get<Endpoint>(`/endpoints/${id}`, undefined, signal),
  });

export type Mapping = { mapping: Record<string, string | null>; label_column: string | null; label: string | null };

export const changeMapping = (id: string, change: Mapping) => put<Batch>(`/batches/${id}/mapping`, change);
export const startBatch = (id: string) => post<Batch>(`/batches/${id}/start`);
export const resumeBatch = (id: string) => post<Batch>(`/batches/${id}/resume`);
export const cancelRun = (runId: string) => post<Run>(`/runs/${runId}/cancel`);
export const renameBatch = (id: string, change: { name?: string; label?: string | null }) =>
  patch<Batch>(`/batches/${id}`, change);
export const deleteBatch = (id: string) => remove(`/batches/${id}`);

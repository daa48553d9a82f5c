/** What the prediction pages read from the server, and the call itself. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, post } from "@/api/client";
import type { CallResult, Cell, Endpoint, Page, PastCall } from "@/api/types";

export const listQuery = infiniteQueryOptions({
  queryKey: ["endpoints", "list"],
  queryFn: ({ pageParam, signal }) => get<Page<Endpoint>>("/endpoints", { cursor: pageParam }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

export const endpointQuery = (id: string) =>
  queryOptions({
    queryKey: ["endpoints", "one", id],
    queryFn: ({ signal }) => get<Endpoint>(`/endpoints/${id}`, undefined, signal),
  });

export const historyQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["endpoints", "calls", id],
    queryFn: ({ pageParam, signal }) =>
      get<Page<PastCall>>(`/endpoints/${id}/calls`, { cursor: pageParam, limit: 20 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

export const callEndpoint = (id: string, inputs: Record<string, Cell>[]) =>
  post<CallResult>(`/endpoints/${id}/calls`, { inputs });

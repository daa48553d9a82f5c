/** What the prediction pages read from the server, and the call itself. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, post } from "@/api/client";
import type { CallResult, Cell, Endpoint, Model, Page, PastCall, Versions } from "@/api/types";

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

/** The versions of the model that an endpoint serves, the newest first. */
export const versionsQuery = (modelId: string) =>
  queryOptions({
    queryKey: ["models", "versions", modelId],
    queryFn: ({ signal }) => get<Versions>(`/models/${modelId}/versions`, undefined, signal),
  });

/** What a version that is not served takes and gives. */
export const signatureQuery = (modelId: string) =>
  queryOptions({
    queryKey: ["models", "one", modelId],
    queryFn: ({ signal }) => get<Model>(`/models/${modelId}`, undefined, signal),
  });

export const historyQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["endpoints", "calls", id],
    queryFn: ({ pageParam, signal }) =>
      get<Page<PastCall>>(`/endpoints/${id}/calls`, { cursor: pageParam, limit: 20 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** `version` asks one that need not be the served one. */
export const callEndpoint = (id: string, inputs: Record<string, Cell>[], version: number | null) =>
  post<CallResult>(`/endpoints/${id}/calls`, version === null ? { inputs } : { inputs, version });

/** What several prediction pages read from the server and ask of it. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "@/api/client";
import type { CallResult, Cell, Correction, Endpoint, Model, Page, Versions } from "@/api/types";

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
export const modelQuery = (modelId: string) =>
  queryOptions({
    queryKey: ["models", "one", modelId],
    queryFn: ({ signal }) => get<Model>(`/models/${modelId}`, undefined, signal),
  });

export type Asked = { version?: number | null; explain?: boolean };

/** `version` asks one that need not be the served one. */
export function callEndpoint(id: string, inputs: Record<string, Cell>[], { version = null, explain = false }: Asked) {
  const body = { inputs, ...(version !== null && { version }), ...(explain && { explain }) };
  return post<CallResult>(`/endpoints/${id}/calls`, body);
}

export type EndpointChange = Partial<
  Pick<Endpoint, "name" | "not_sure_below" | "is_public" | "public_calls_per_day" | "calls_kept_days">
>;

export const changeEndpoint = (id: string, change: EndpointChange) => patch<Endpoint>(`/endpoints/${id}`, change);

export type Right = { call_id: string; row: number; correct: string | number; is_new_class?: boolean };

export const correctRow = (right: Right) => post<Correction>("/corrections", right);
export const takeBack = (id: string) => remove(`/corrections/${id}`);

/** What was said about the rows of one call. */
export const correctionsOfCall = (id: string, callId: string) =>
  queryOptions({
    queryKey: ["endpoints", "corrections", id, callId],
    queryFn: async ({ signal }) =>
      (await get<Page<Correction>>(`/endpoints/${id}/corrections`, { call_id: callId, limit: 200 }, signal)).items,
  });

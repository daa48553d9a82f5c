/** Keys of an endpoint, and the code that calls it. */
import { queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "@/api/client";
import type { EndpointKey, NewEndpointKey, Snippet } from "@/api/types";

/** Limits as they were typed when they are no numbers: the server says what is wrong with them. */
export type KeyRequest = {
  name: string;
  calls_per_minute: number | string | null;
  rows_per_day: number | string | null;
  expires_at: string | null;
};

export const keysQuery = (id: string) =>
  queryOptions({
    queryKey: ["endpoints", "keys", id],
    queryFn: ({ signal }) => get<EndpointKey[]>(`/endpoints/${id}/keys`, undefined, signal),
  });

export const snippetsQuery = (id: string) =>
  queryOptions({
    queryKey: ["endpoints", "snippets", id],
    queryFn: ({ signal }) => get<Snippet[]>(`/endpoints/${id}/snippets`, undefined, signal),
  });

export const createKey = (id: string, request: KeyRequest) => post<NewEndpointKey>(`/endpoints/${id}/keys`, request);
export const revokeKey = (id: string, keyId: string) => remove(`/endpoints/${id}/keys/${keyId}`);

/** Keys that let the pages of a site ask. */
import { queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "@/api/client";
import type { Named } from "@/api/types";

export type BrowserKey = Named["BrowserKeyOut"];
export type BrowserKeyWish = Named["BrowserKeyIn"];

export const browserKeysQuery = (endpointId: string) =>
  queryOptions({
    queryKey: ["endpoints", "browser-keys", endpointId],
    queryFn: ({ signal }) => get<BrowserKey[]>(`/endpoints/${endpointId}/browser-keys`, undefined, signal),
  });

export const addBrowserKey = (endpointId: string, wish: BrowserKeyWish) =>
  post<BrowserKey>(`/endpoints/${endpointId}/browser-keys`, wish);
export const revokeBrowserKey = (endpointId: string, id: string) =>
  remove(`/endpoints/${endpointId}/browser-keys/${id}`);

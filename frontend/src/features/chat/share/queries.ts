/** Keys that let the pages of a site ask. */
import { queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "@/api/client";

export type BrowserKey = {
  id: string;
  key: string;
  name: string;
  origins: string[];
  questions_per_reader_per_day: number;
  questions_per_day: number;
  n_questions_today: number;
  expires_at: string | null;
  created_at: string;
};

export const browserKeysQuery = (endpointId: string) =>
  queryOptions({
    queryKey: ["endpoints", "browser-keys", endpointId],
    queryFn: ({ signal }) => get<BrowserKey[]>(`/endpoints/${endpointId}/browser-keys`, undefined, signal),
  });

export type BrowserKeyWish = Pick<
  BrowserKey,
  "name" | "origins" | "questions_per_reader_per_day" | "questions_per_day" | "expires_at"
>;

export const addBrowserKey = (endpointId: string, wish: BrowserKeyWish) =>
  post<BrowserKey>(`/endpoints/${endpointId}/browser-keys`, wish);
export const revokeBrowserKey = (endpointId: string, id: string) =>
  remove(`/endpoints/${endpointId}/browser-keys/${id}`);

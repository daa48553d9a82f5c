/** What readers of a collection ask. */
import { queryOptions } from "@tanstack/react-query";
import { address, get, post } from "@/api/client";
import type { Named, Run } from "@/api/types";

export type Readers = Named["ReadersOut"];
export type ReaderDay = Named["ReadersDayOut"];
/** Questions that mean the same: the one asked most, and other wordings. */
export type QuestionGroup = Named["QuestionGroupOut"];

const DAY_MS = 86_400_000;
/** From the beginning of a day (UTC), so that the same page asks the same for a day. */
const sinceDays = (days: number) =>
  `${new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10)}T00:00:00Z`;

export const readersQuery = (id: string, days: number) =>
  queryOptions({
    queryKey: ["collections", "readers", id, days],
    queryFn: ({ signal }) => get<Readers>(`/collections/${id}/readers`, { since: sinceDays(days) }, signal),
  });

export const exportAddress = (id: string, days: number) =>
  address(`/collections/${id}/readers/export`, { since: sinceDays(days) });

export const groupQuestions = (id: string) => post<Run>(`/collections/${id}/readers/groups`);

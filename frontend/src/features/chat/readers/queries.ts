/** What readers of a collection ask. */
import { queryOptions } from "@tanstack/react-query";
import { address, get } from "@/api/client";

export type ReaderDay = { day: string; n_questions: number; n_abstained: number };
/** Questions that mean the same. */
export type Asked = { question: string; n: number; n_abstained?: number };
export type Unanswered = { question: string; n?: number; at?: string; nearest?: string[][] };
export type ThumbDown = { call_id: string; question: string; comment: string; at: string };
export type Gap = { heading: string; n: number; examples: string[] };

export type Readers = {
  n_questions: number;
  n_abstained: number;
  n_thumbs_down: number;
  n_readers: number;
  by_day: ReaderDay[];
  top: Asked[];
  unanswered: Unanswered[];
  thumbs_down: ThumbDown[];
  gaps: Gap[];
};

const DAY_MS = 86_400_000;
const sinceDays = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

export const readersQuery = (id: string, days: number) =>
  queryOptions({
    queryKey: ["collections", "readers", id, days],
    queryFn: ({ signal }) => get<Readers>(`/collections/${id}/readers`, { since: sinceDays(days) }, signal),
  });

export const exportAddress = (id: string, days: number) =>
  address(`/collections/${id}/readers.csv`, { since: sinceDays(days) });

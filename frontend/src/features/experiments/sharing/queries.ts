/** What links for readers and exports read from the server and ask of it. */
import { queryOptions } from "@tanstack/react-query";
import { address, get, post, put, remove } from "@/api/client";
import type { Named, Run } from "@/api/types";
import { attemptPath } from "../comparison/queries";
import type { Attempt } from "../types";

export type Share = Named["ShareLink"];
export type NewShare = Named["NewShareLink"];
export type SharedResults = Named["SharedResults"];

export const shareQuery = (experimentId: string) =>
  queryOptions({
    queryKey: ["experiments", "share", experimentId],
    queryFn: ({ signal }) => get<Share>(`/experiments/${experimentId}/share`, undefined, signal),
  });

/** `days`: how long the link works; null: until it is taken back. */
export type Terms = { withAnswers: boolean; days: number | null };

export const share = (attempt: Attempt, { withAnswers, days }: Terms) =>
  put<NewShare>(`/experiments/${attempt.experiment_id}/share`, {
    number: attempt.number,
    with_answers: withAnswers,
    days,
  });
export const unshare = (experimentId: string) => remove(`/experiments/${experimentId}/share`);

/** The page that readers open; whoever has the address sees it. */
export const readerHref = (origin: string, token: string) =>
  `${origin}/shared/?${new URLSearchParams({ experiment: token })}`;

export const sharedQuery = (token: string) =>
  queryOptions({
    queryKey: ["public", "experiments", token],
    queryFn: ({ signal }) => get<SharedResults>(`/public/experiments/${encodeURIComponent(token)}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Answers as a table or as they are, then what readers of the comparison take. */
export const FORMATS = ["csv", "xlsx", "parquet", "jsonl", "json", "md"] as const;
export const exportAddress = (attempt: Attempt, format: (typeof FORMATS)[number]) =>
  address(`${attemptPath(attempt)}/export`, { format });

/** Reports are made by a run. */
export const REPORTS = ["html", "pdf"] as const;
export type ReportFormat = (typeof REPORTS)[number] | "eval";
export const makeReport = (attempt: Attempt, format: ReportFormat) =>
  post<Run>(`${attemptPath(attempt)}/reports`, { format });
/** The report that a run made. */
export const reportAddress = (attempt: Attempt, runId: string) => address(`${attemptPath(attempt)}/reports/${runId}`);

/** Reports of a batch: each is made by a run and kept with the batch. */
import { queryOptions } from "@tanstack/react-query";
import { address, get, post } from "@/api/client";
import type { Run } from "@/api/types";

export type Format = "pdf" | "html";
export type Report = {
  id: string;
  format: Format;
  title: string;
  with_rows: boolean;
  size_bytes: number;
  created_at: string;
};
export type Ask = { format: Format; with_rows: boolean; title: string | null };

export const reportsQuery = (batchId: string) =>
  queryOptions({
    queryKey: ["batches", "reports", batchId],
    queryFn: ({ signal }) => get<{ items: Report[] }>(`/batches/${batchId}/reports`, undefined, signal),
  });

export const makeReport = (batchId: string, ask: Ask) => post<Run>(`/batches/${batchId}/reports`, ask);
export const reportAddress = (batchId: string, reportId: string) => address(`/batches/${batchId}/reports/${reportId}`);

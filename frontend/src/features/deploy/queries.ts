/** What the pages of audits read from the server and ask of it. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { address, get, post, remove } from "@/api/client";
import type { Page } from "@/api/types";
import { type Progress, upload } from "@/api/upload";
import type { Audit, Comparison, Report } from "./types";

export const auditsQuery = infiniteQueryOptions({
  queryKey: ["audits", "list"],
  queryFn: ({ pageParam, signal }) => get<Page<Audit>>("/audits", { cursor: pageParam }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

export const auditQuery = (id: string) =>
  queryOptions({
    queryKey: ["audits", "one", id],
    queryFn: ({ signal }) => get<Audit>(`/audits/${id}`, undefined, signal),
  });

export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ["audits", "report", id],
    queryFn: ({ signal }) => get<Report>(`/audits/${id}/report`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const comparisonQuery = (id: string) =>
  queryOptions({
    queryKey: ["audits", "changes", id],
    queryFn: ({ signal }) => get<Comparison>(`/audits/${id}/changes`, undefined, signal),
  });

export const auditZip = (file: File, onProgress: (progress: Progress) => void) =>
  upload<Audit>("/audits/upload", { filename: file.name }, file, { onProgress });
export const auditFolder = (path: string) => post<Audit>("/audits", { kind: "folder", path });
export const auditSelf = (platform: string) => post<Audit>("/audits", { kind: "self", platform });
export const deleteAudit = (id: string) => remove(`/audits/${id}`);

export const FORMATS = ["html", "md", "json", "sarif"] as const;
export const exportAddress = (id: string, format: (typeof FORMATS)[number]) =>
  address(`/audits/${id}/export`, { format });

export const auditHref = (id: string) => `/deploy/?id=${id}`;

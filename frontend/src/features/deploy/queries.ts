/** What the pages of audits and bundles read from the server and ask of it. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { address, get, post, remove } from "@/api/client";
import type { Endpoint, Page } from "@/api/types";
import { type Progress, upload } from "@/api/upload";
import type { Audit, Bundle, BundleContents, BundleWish, Comparison, Report } from "./types";

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
export const auditSelf = () => post<Audit>("/audits", { kind: "self" });
export const deleteAudit = (id: string) => remove(`/audits/${id}`);

export const FORMATS = ["html", "md", "json", "sarif"] as const;
export const exportAddress = (id: string, format: (typeof FORMATS)[number]) =>
  address(`/audits/${id}/export`, { format });

export const auditHref = (id: string) => `/deploy/?id=${id}`;

export const bundlesQuery = infiniteQueryOptions({
  queryKey: ["bundles", "list"],
  queryFn: ({ pageParam, signal }) => get<Page<Bundle>>("/bundles", { cursor: pageParam }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

export const bundleQuery = (id: string) =>
  queryOptions({
    queryKey: ["bundles", "one", id],
    queryFn: ({ signal }) => get<Bundle>(`/bundles/${id}`, undefined, signal),
  });

export const contentsQuery = (id: string) =>
  queryOptions({
    queryKey: ["bundles", "contents", id],
    queryFn: ({ signal }) => get<BundleContents>(`/bundles/${id}/contents`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What can be bundled by itself: the newest 200 endpoints. */
export const endpointsQuery = queryOptions({
  queryKey: ["endpoints", "to bundle"],
  queryFn: async ({ signal }) => (await get<Page<Endpoint>>("/endpoints", { limit: 200 }, signal)).items,
});

export const makeBundle = (wish: BundleWish) => post<Bundle>("/bundles", wish);
export const deleteBundle = (id: string) => remove(`/bundles/${id}`);
export const bundleAddress = (id: string) => address(`/bundles/${id}/file`);

export const BUNDLES_HREF = "/deploy/?tab=bundles";
export const bundleHref = (id: string) => `/deploy/?bundle=${id}`;

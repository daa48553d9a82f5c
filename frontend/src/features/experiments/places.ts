/** Addresses of these pages. */
export const LIST_HREF = "/experiments/";
export const NEW_HREF = "/experiments/?new=blank";
/** A new experiment with answers that were recorded: no key, no network. */
export const RECORDED_HREF = "/experiments/?new=recorded";

export type ExperimentTab = "run" | "comparison" | "answers" | "labels" | "document";

export function experimentHref(id: string, at: { attempt?: number; tab?: ExperimentTab } = {}): string {
  const params = new URLSearchParams({ id });
  if (at.attempt !== undefined) params.set("attempt", String(at.attempt));
  if (at.tab && at.tab !== "run") params.set("tab", at.tab);
  return `/experiments/?${params}`;
}

export const editHref = (id: string) => `/experiments/?id=${id}&edit=1`;
/** A new experiment that begins with the document of another. */
export const copyHref = (id: string) => `/experiments/?new=${id}`;

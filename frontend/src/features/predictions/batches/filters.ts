"use client";
/** Which rows of a batch are shown and in which order: it stands in the address. */
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";

/** By the names of the API's query; what is not asked for is left out. */
export type Filters = {
  search?: string;
  class?: string;
  min_confidence?: string;
  max_confidence?: string;
  label?: string;
  only?: string;
  sort?: string;
  descending?: string;
};

const NAMES = ["search", "class", "min_confidence", "max_confidence", "label", "only", "sort", "descending"] as const;
/** The place of the row that is open, in the order of the list. */
const OPEN = "at";
/** They order rows but leave none out. */
const ORDER: readonly string[] = ["sort", "descending"];

export const isFiltered = (filters: Filters) => Object.keys(filters).some((name) => !ORDER.includes(name));

export function readFilters(params: URLSearchParams): Filters {
  const found = NAMES.map((name) => [name, params.get(name)] as const).filter(([, value]) => value);
  return Object.fromEntries(found);
}

/** The address with some filters changed; another row than before may be the one that is open, so none is. */
export function withFilters(params: URLSearchParams, change: Filters): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(change)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  next.delete(OPEN);
  return next;
}

export function withoutFilters(params: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of NAMES) if (!ORDER.includes(name)) next.delete(name);
  next.delete(OPEN);
  return next;
}

/** The filters of the address, and how to change some of them. */
export function useFilters(): [Filters, (change: Filters) => void, () => void] {
  const params = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const filters = useMemo(() => readFilters(new URLSearchParams(params)), [params]);
  const go = useCallback(
    (next: URLSearchParams) => router.replace(`${path}?${next}`, { scroll: false }),
    [path, router],
  );
  const change = useCallback(
    (fields: Filters) => go(withFilters(new URLSearchParams(window.location.search), fields)),
    [go],
  );
  const clear = useCallback(() => go(withoutFilters(new URLSearchParams(window.location.search))), [go]);
  return [filters, change, clear];
}

/** Which row is open: its place in the list. Moved by keys many times a second, so the router is not asked. */
export function useOpenRow(): [number | null, (at: number | null) => void] {
  const text = useSearchParams().get(OPEN);
  const at = text === null || !/^\d+$/.test(text) ? null : Number(text);
  const open = useCallback((next: number | null) => {
    const params = new URLSearchParams(window.location.search);
    if (next === null) params.delete(OPEN);
    else params.set(OPEN, String(next));
    window.history.replaceState(null, "", `${window.location.pathname}?${params}`);
  }, []);
  return [at, open];
}

"use client";
/** Which calls are wanted: stands in the address, travels to the server with every list, export and deletion. */
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import type { Query } from "@/api/client";

/** As they stand in the address; probabilities in percent, dates as the reader's days. */
export const NAMES = ["q", "class", "status", "by", "min", "max", "from", "until"] as const;
export type Name = (typeof NAMES)[number];
export type Filters = Readonly<Partial<Record<Name, string>>>;

export function useFilters(): [Filters, (change: Partial<Record<Name, string | null>>) => void] {
  const params = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const filters = useMemo(() => {
    const found = NAMES.map((name) => [name, params.get(name)] as const).filter(([, value]) => value);
    return Object.fromEntries(found) as Filters;
  }, [params]);
  const change = useCallback(
    (wanted: Partial<Record<Name, string | null>>) => {
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(wanted)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      router.replace(`${path}?${next}`, { scroll: false });
    },
    [path, router],
  );
  return [filters, change];
}

export const isFiltered = (filters: Filters) => Object.keys(filters).length > 0;
export const NO_FILTERS = Object.fromEntries(NAMES.map((name) => [name, null])) as Record<Name, null>;

/** What the server is asked with. */
export function filterQuery(filters: Filters): Query {
  return {
    search: filters.q,
    class: filters.class,
    status: filters.status,
    version: filters.by,
    min_confidence: fraction(filters.min),
    max_confidence: fraction(filters.max),
    since: filters.from && startOfDay(filters.from, 0),
    until: filters.until && startOfDay(filters.until, 1),
  };
}

/** Percent as typed; what is no number is sent as it is, so that the server says what is wrong with it. */
function fraction(percent: string | undefined): string | number | undefined {
  if (percent === undefined) return undefined;
  const value = Number(percent.replace(",", "."));
  return Number.isFinite(value) ? Number((value / 100).toFixed(6)) : percent;
}

/** Midnight in the reader's zone, `later` days after a date such as 2026-11-21. */
function startOfDay(date: string, later: number): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  const moment = new Date(year, month - 1, day + later);
  return Number.isNaN(moment.getTime()) ? date : moment.toISOString();
}

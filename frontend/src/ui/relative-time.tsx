"use client";

import { useEffect, useState } from "react";
import { formatMoment, formatRelative, MISSING } from "@/lib/format";

/** The time now, again every so often. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** "3 min. ago", with the exact time in the reader's zone on hover. */
export function RelativeTime({ at }: { at: string | null | undefined }) {
  const now = useNow(30_000);
  if (!at) return MISSING;
  const moment = new Date(at);
  return (
    <time dateTime={at} title={formatMoment(moment)} className="whitespace-nowrap">
      {formatRelative(moment, now)}
    </time>
  );
}

/** The exact time in the reader's zone, with how long ago that was on hover. */
export function ExactTime({ at }: { at: string | null | undefined }) {
  if (!at) return MISSING;
  const moment = new Date(at);
  return (
    <time dateTime={at} title={formatRelative(moment, new Date())} className="whitespace-nowrap">
      {formatMoment(moment)}
    </time>
  );
}

"use client";

import { formatSeconds } from "@/lib/format";
import { useNow } from "./relative-time";

/** Whole seconds: a running clock needs no more. */
const clock = (seconds: number) => (seconds < 60 ? `${Math.floor(seconds)} s` : formatSeconds(seconds));

type Props = {
  label: string;
  fraction: number | null;
  startedAt?: string | null;
  /** What is still expected; without it, as long for what is left as for what is done. */
  secondsLeft?: number | null;
};

/** What is being done, how far, since when, and how long it may still take. */
export function ProgressLine({ label, fraction, startedAt, secondsLeft }: Props) {
  const now = useNow(1000);
  const elapsed = startedAt ? Math.max(0, (now.getTime() - new Date(startedAt).getTime()) / 1000) : null;
  const isTelling = fraction !== null && fraction >= 0.1 && fraction < 1 && elapsed !== null && elapsed >= 3;
  const guess = isTelling ? (elapsed / fraction) * (1 - fraction) : null;
  const left = fraction === null ? null : (secondsLeft ?? guess);
  const facts = [
    fraction !== null && `${Math.floor(fraction * 100)} %`,
    elapsed !== null && clock(elapsed),
    left !== null && `about ${clock(left)} left`,
  ].filter(Boolean);
  return (
    <div className="grid gap-1">
      <div className="numbers flex flex-wrap items-baseline justify-between gap-x-3 text-muted text-sm">
        <span className="min-w-0 truncate" aria-live="polite">
          {label}
        </span>
        <span className="shrink-0">{facts.join(" · ")}</span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={fraction === null ? undefined : Math.floor(fraction * 100)}
        className="h-1 overflow-hidden rounded-full bg-hover"
      >
        <div
          className={fraction === null ? "shimmer h-full w-full bg-accent" : "h-full bg-accent transition-[width]"}
          style={fraction === null ? undefined : { width: `${fraction * 100}%` }}
        />
      </div>
    </div>
  );
}

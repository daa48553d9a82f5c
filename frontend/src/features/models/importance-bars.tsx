"use client";
/** How much each column counts, as bars with their numbers. */
import { useState } from "react";
import type { Importance } from "@/api/types";
import { formatInterval, formatNumber } from "@/lib/format";
import { Button } from "@/ui/button";
import { words } from "./words";

const FIRST = 15;

export function ImportanceBars({ importance }: { importance: readonly Importance[] }) {
  const [isAll, setIsAll] = useState(false);
  if (importance.length === 0) return <p className="text-muted">{words.noImportance}</p>;
  const sorted = [...importance].sort((a, b) => b.value - a.value);
  const most = Math.max(...sorted.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  const shown = isAll ? sorted : sorted.slice(0, FIRST);
  const isShuffled = sorted[0]?.kind === "permutation";
  return (
    <div className="grid gap-2">
      <p className="text-muted text-sm">{isShuffled ? words.importanceShuffled : words.importanceNative}</p>
      <ol className="grid gap-1">
        {shown.map(({ column, value, interval }) => (
          <li
            key={column}
            className="numbers grid grid-cols-[minmax(80px,180px)_minmax(0,1fr)_72px] items-center gap-3 text-sm"
          >
            <span className="truncate" title={column}>
              {column}
            </span>
            <span
              aria-hidden
              className="h-3 rounded-sm bg-bar"
              style={{ width: `${(Math.max(value, 0) / most) * 100}%` }}
            />
            <span className="text-right" title={interval ? `95 %: ${formatInterval(interval)}` : undefined}>
              {formatNumber(value)}
            </span>
          </li>
        ))}
      </ol>
      {sorted.length > FIRST && !isAll && (
        <Button size="sm" className="justify-self-start" onClick={() => setIsAll(true)}>
          {words.more}
        </Button>
      )}
    </div>
  );
}

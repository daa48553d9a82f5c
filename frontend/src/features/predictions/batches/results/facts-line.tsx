"use client";
/** The numbers of a batch in one line. */
import type { ReactNode } from "react";
import { formatCount, formatNumber } from "@/lib/format";
import { ExactTime } from "@/ui/relative-time";
import type { Batch } from "../types";
import { words } from "../words";

export function FactsLine({ batch }: { batch: Batch }) {
  const { facts } = words;
  const label = batch.label ?? (batch.label_column === null ? null : facts.labelColumn(batch.label_column));
  const shown: [string, ReactNode][] = [
    [facts.predicted, formatCount(batch.n_done - batch.n_failed)],
    [facts.failed, formatCount(batch.n_failed)],
  ];
  if (batch.n_unsure !== null && batch.not_sure_below !== null) shown.push([facts.unsure, formatCount(batch.n_unsure)]);
  if (batch.numbers) shown.push([facts.mean, formatNumber(batch.numbers.mean)]);
  if (label !== null) shown.push([facts.label, <bdi key="label">{label}</bdi>]);
  if (batch.version !== null) shown.push([facts.version, batch.version]);
  if (batch.expires_at) shown.push([facts.kept, <ExactTime key="kept" at={batch.expires_at} />]);
  return (
    <dl className="numbers flex shrink-0 flex-wrap gap-x-6 gap-y-1 px-4 py-3 text-sm">
      {shown.map(([name, value]) => (
        <div key={name} className="flex min-w-0 items-baseline gap-1.5">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 max-w-[32ch] truncate font-medium">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

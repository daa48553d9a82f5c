"use client";

import type { ColumnDef } from "@tanstack/react-table";
import type { Trial } from "@/api/types";
import { formatBytes, formatMetric, formatSeconds, MISSING } from "@/lib/format";
import { type ShownState, StateBadge } from "./badge";
import { Table } from "./table";

/** Every candidate that was tried, best first; what failed stands last, with its reason. */
export function Leaderboard({ trials, height }: { trials: readonly Trial[]; height?: number }) {
  return (
    <Table
      label={LABEL}
      rows={bestFirst(trials)}
      columns={columnsFor(trials)}
      rowId={(trial) => trial.id}
      height={height}
      isInset
    />
  );
}

/** The same where there is room for two columns: what was tried and how it stands, and its score. */
export function NarrowLeaderboard({ trials }: { trials: readonly Trial[] }) {
  const { metric, direction } = metricOf(trials);
  return (
    <table className="numbers w-full table-fixed text-sm">
      <caption className="pb-1 text-left font-medium">{LABEL}</caption>
      <thead>
        <tr className="border-line border-b align-bottom text-muted">
          <th scope="col" className="py-1.5 text-left font-medium">
            Candidate
          </th>
          <th scope="col" className="w-32 py-1.5 pl-3 text-right font-medium">
            {metric}, 95 % interval{direction}
          </th>
        </tr>
      </thead>
      <tbody>
        {bestFirst(trials).map((trial) => (
          <tr key={trial.id} className="border-line border-b align-top">
            <th scope="row" className="break-words py-1.5 text-left font-normal">
              {trial.label}
              {(trial.state !== "succeeded" || trial.message) && (
                <span className="mt-0.5 flex flex-wrap items-center gap-2 text-muted text-xs">
                  {trial.state !== "succeeded" && <StateBadge {...SHOWN[trial.state]} />}
                  {trial.message}
                </span>
              )}
            </th>
            <td className="py-1.5 pl-3 text-right">
              <span className="font-medium">{trial.score === null ? MISSING : formatMetric(trial.score)}</span>
              {trial.interval && (
                <span className="block text-muted text-xs">
                  {trial.interval.map((end) => formatMetric(end)).join(" to ")}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const LABEL = "Leaderboard";

function metricOf(trials: readonly Trial[]) {
  const { metric, higher_is_better: higher = null } = trials.find((trial) => trial.metric !== null) ?? {};
  return { metric: metric ?? "Score", direction: higher === false ? ", lower is better" : "" };
}

const SHOWN: Record<Trial["state"], { state: ShownState; word?: string }> = {
  running: { state: "running" },
  succeeded: { state: "succeeded" },
  failed: { state: "failed" },
  pruned: { state: "skipped", word: "Pruned" },
};

export function bestFirst(trials: readonly Trial[]): Trial[] {
  const rank = { succeeded: 0, running: 1, pruned: 2, failed: 3 };
  return [...trials].sort((a, b) => {
    if (rank[a.state] !== rank[b.state]) return rank[a.state] - rank[b.state];
    if (a.score === null || b.score === null) return Number(a.score === null) - Number(b.score === null);
    return (a.higher_is_better ?? true) ? b.score - a.score : a.score - b.score;
  });
}

function columnsFor(trials: readonly Trial[]): ColumnDef<Trial, unknown>[] {
  const { metric, direction } = metricOf(trials);
  return [
    {
      accessorKey: "label",
      header: "Candidate",
      cell: ({ row }) => (
        <span className="block max-w-[40ch] truncate font-medium" title={row.original.label}>
          {row.original.label}
        </span>
      ),
    },
    {
      accessorKey: "state",
      header: "State",
      cell: ({ row: { original } }) => (
        <span className="inline-flex max-w-full items-center gap-2">
          <StateBadge {...SHOWN[original.state]} />
          {original.message && (
            <span className="max-w-[48ch] truncate text-muted" title={original.message}>
              {original.message}
            </span>
          )}
        </span>
      ),
    },
    number("score", `${metric}${direction}`, ({ score }) => score, formatMetric),
    {
      id: "interval",
      header: "95 % interval",
      accessorFn: ({ interval }) => interval?.[0] ?? undefined,
      sortUndefined: "last",
      cell: ({ row: { original } }) => original.interval?.map((end) => formatMetric(end)).join(" to "),
      meta: { isNumber: true, isWideOnly: true },
    },
    number("fit_seconds", "Fit time", ({ fit_seconds }) => fit_seconds, formatSeconds),
    number("row_seconds", "One row", ({ row_seconds }) => row_seconds, formatSeconds, true),
    number("size_bytes", "Size", ({ size_bytes }) => size_bytes, formatBytes, true),
  ];
}

function number(
  id: string,
  header: string,
  value: (trial: Trial) => number | null,
  shown: (value: number) => string,
  isWideOnly = false,
): ColumnDef<Trial, unknown> {
  return {
    id,
    header,
    accessorFn: (trial) => value(trial) ?? undefined,
    sortUndefined: "last",
    cell: ({ row }) => {
      const found = value(row.original);
      return found === null ? null : shown(found);
    },
    meta: { isNumber: true, isWideOnly },
  };
}

"use client";

import type { ReactNode } from "react";
import type { ColumnProfile, Profile } from "@/api/types";
import { formatCount, formatFraction, formatNumber, plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { edgeText } from "./column-chart";
import { WarningList } from "./warning-list";

type Props = {
  profile: Profile;
  column: ColumnProfile;
  isTarget: boolean;
  onTarget: (column: string) => void;
  onClose: () => void;
};

const MEASURES: Record<string, string> = {
  pearson: "size of Pearson’s correlation",
  correlation_ratio: "correlation ratio",
  cramers_v: "Cramér’s V",
};

/** Everything that was measured on one column. */
export function ColumnPanel({ profile, column, isTarget, onTarget, onClose }: Props) {
  const warnings = profile.warnings.filter((warning) => warning.column === column.name);
  const association = column.target_association;
  return (
    <Panel open onClose={onClose} title={column.name}>
      <div className="grid gap-5 p-4">
        {warnings.length > 0 && <WarningList warnings={warnings} />}
        <Bars column={column} n={profile.n_sampled_rows} />
        <dl className="numbers grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-sm">
          <Fact name="Kind">{column.kind}</Fact>
          <Fact name="Stored as">{column.dtype}</Fact>
          <Fact name="Missing">
            {column.n_missing === 0
              ? "none"
              : `${formatCount(column.n_missing)} (${formatFraction(column.missing_fraction)})`}
          </Fact>
          <Fact name="Distinct">{formatCount(column.n_unique)}</Fact>
          {column.mean !== null && column.kind !== "date" && (
            <>
              <Fact name="Mean">{formatNumber(column.mean)}</Fact>
              <Fact name="Standard deviation">{formatNumber(column.std)}</Fact>
            </>
          )}
          {column.quantiles &&
            QUANTILES.map(([key, name]) => (
              <Fact key={key} name={name}>
                {column.quantiles?.[key] == null ? null : edgeText(column, column.quantiles[key])}
              </Fact>
            ))}
          {association && (
            <Fact name={`With ${profile.target}`}>
              {association.value.toFixed(3)} (
              {MEASURES[association.measure] ?? association.measure.replaceAll("_", " ")}, 0 to 1)
            </Fact>
          )}
        </dl>
        {!isTarget && column.kind !== "constant" && (
          <Button className="justify-self-start" onClick={() => onTarget(column.name)}>
            Set as target
          </Button>
        )}
      </div>
    </Panel>
  );
}

const QUANTILES = [
  ["min", "Smallest"],
  ["p05", "5 % are below"],
  ["p25", "25 % are below"],
  ["p50", "Median"],
  ["p75", "75 % are below"],
  ["p95", "95 % are below"],
  ["max", "Largest"],
] as const;

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children ?? "–"}</dd>
    </>
  );
}

type Bar = { label: string; count: number };

function barsOf(column: ColumnProfile): Bar[] {
  const { histogram } = column;
  if (!histogram) return column.top_values.map(({ value, count }) => ({ label: value, count }));
  return histogram.counts.map((count, i) => ({
    label: `${edgeText(column, histogram.edges[i] ?? 0)} to ${edgeText(column, histogram.edges[i + 1] ?? 0)}`,
    count,
  }));
}

function Bars({ column, n }: { column: ColumnProfile; n: number }) {
  const bars = barsOf(column);
  if (bars.length === 0) return null;
  const most = Math.max(...bars.map((bar) => bar.count), 1);
  return (
    <figure className="grid gap-2">
      <figcaption className="font-medium text-sm">
        {column.histogram ? "How values spread" : "Most frequent values"}
        <span className="font-normal text-muted"> · {plural(n, "row")}</span>
      </figcaption>
      <ul className="numbers grid gap-1 text-sm">
        {bars.map((bar) => (
          <li key={bar.label} className="grid grid-cols-[minmax(0,1fr)_7rem_4rem] items-center gap-3">
            <span className="truncate" title={bar.label}>
              {bar.label === "" ? "(empty text)" : bar.label}
            </span>
            <span aria-hidden className="h-3">
              <span className="block h-full rounded-sm bg-bar" style={{ width: `${(bar.count / most) * 100}%` }} />
            </span>
            <span className="text-right">{formatCount(bar.count)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

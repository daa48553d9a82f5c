"use client";

import type { ReactNode } from "react";
import type { ColumnProfile, Profile } from "@/api/types";
import { formatCount, formatFraction, formatNumber, plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { edgeText, Histogram, hasRepeats } from "./column-chart";
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
        <Values column={column} n={profile.n_sampled_rows} />
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

const CHART = { width: 366, height: 96 };

function Values({ column, n }: { column: ColumnProfile; n: number }) {
  if (column.histogram === null && column.top_values.length === 0) return null;
  return (
    <figure className="grid gap-2">
      <figcaption className="font-medium text-sm">
        {column.histogram
          ? "How values spread"
          : hasRepeats(column)
            ? "Most frequent values"
            : "Every value is different"}
        <span className="font-normal text-muted"> · {plural(n, "row")}</span>
      </figcaption>
      {column.histogram ? (
        <Spread column={column} />
      ) : hasRepeats(column) ? (
        <Frequent column={column} />
      ) : (
        <Examples column={column} />
      )}
    </figure>
  );
}

const EXAMPLES = 5;

function Examples({ column }: { column: ColumnProfile }) {
  return (
    <ul aria-label="Examples" className="grid gap-1.5 text-sm">
      {column.top_values.slice(0, EXAMPLES).map(({ value }) => (
        <li key={value} className="line-clamp-3 break-words" title={value}>
          {value}
        </li>
      ))}
    </ul>
  );
}

function Spread({ column }: { column: ColumnProfile }) {
  const edges = column.histogram?.edges ?? [];
  const marks = [edges[0], edges[Math.floor(edges.length / 2)], edges.at(-1)];
  return (
    <div className="grid w-fit max-w-full gap-1 [&_svg]:max-w-full">
      <Histogram column={column} {...CHART} />
      <p aria-hidden className="numbers flex justify-between border-line border-t pt-1 text-muted text-xs">
        {marks.map((edge) => (
          <span key={edge}>{edge === undefined ? "" : edgeText(column, edge)}</span>
        ))}
      </p>
    </div>
  );
}

function Frequent({ column }: { column: ColumnProfile }) {
  const most = Math.max(...column.top_values.map((item) => item.count), 1);
  return (
    <ul className="numbers grid gap-1 text-sm">
      {column.top_values.map(({ value, count }) => (
        <li key={value} className="grid grid-cols-[minmax(0,1fr)_7rem_4rem] items-center gap-3">
          <span className="truncate" title={value}>
            {value === "" ? "(empty text)" : value}
          </span>
          <span aria-hidden className="h-3">
            <span className="block h-full bg-bar" style={{ width: `${(count / most) * 100}%` }} />
          </span>
          <span className="text-right">{formatCount(count)}</span>
        </li>
      ))}
    </ul>
  );
}

"use client";
/** The tables of a comparison: one column a model. */
import { cx } from "class-variance-authority";
import Link from "next/link";
import type { ReactNode } from "react";
import { useEngineTitle } from "@/api/kinds";
import type { ComparedLine, ComparedMetric, Comparison, ModelSummary } from "@/api/types";
import { formatBytes, formatCount, formatSeconds, MISSING } from "@/lib/format";
import { MetricValue } from "@/ui/metric-list";
import { ExactTime } from "@/ui/relative-time";
import { plain } from "./model-facts";
import { words } from "./words";

const said = words.comparison;

export function ComparedMetrics({ found }: { found: Comparison }) {
  return (
    <Frame>
      <ModelHead first={said.metric} models={found.models} />
      <tbody>
        {found.metrics.map((line) => (
          <MetricRow key={`${line.split} ${line.name}`} line={line} models={found.models} />
        ))}
      </tbody>
    </Frame>
  );
}

function MetricRow({ line, models }: { line: ComparedMetric; models: readonly ModelSummary[] }) {
  const sizes = [...new Set(line.values.flatMap((value) => (value ? [formatCount(value.n)] : [])))];
  return (
    <tr className="border-line border-b align-top">
      <th scope="row" className="py-1.5 pr-4 text-left font-normal">
        {line.label}
        <span className="block text-muted text-xs">
          {words.measured(line.split, sizes.join(" / "))}
          {!line.higher_is_better && ` · ${said.lower}`}
        </span>
      </th>
      {line.values.map((metric, place) => (
        <td
          key={models[place]?.id ?? place}
          className={cx("py-1.5 pl-4 text-right", line.best.includes(place) && "text-good")}
          title={metric?.unavailable ?? undefined}
        >
          {metric ? <MetricValue metric={metric} /> : MISSING}
          {line.best.includes(place) && <span className="block text-xs">{said.best}</span>}
        </td>
      ))}
    </tr>
  );
}

export function ComparedFacts({ found }: { found: Comparison }) {
  const shown = useFact();
  const parameters = found.parameters.filter((line) => line.differs);
  const columns = found.columns.filter((line) => line.differs);
  return (
    <div className="flex min-w-0 flex-wrap items-start gap-x-12 gap-y-8">
      <Frame>
        <ModelHead first={said.facts} models={found.models} />
        <Rows lines={found.facts} models={found.models} show={shown} label={(name) => said.fact[name] ?? name} />
      </Frame>
      <Differing title={said.parameters} first={said.parameter} lines={parameters} models={found.models} />
      <Differing title={said.columns} first={said.column} lines={columns} models={found.models} />
    </div>
  );
}

type DifferingProps = {
  title: string;
  first: string;
  lines: readonly ComparedLine[];
  models: readonly ModelSummary[];
};

function Differing({ title, first, lines, models }: DifferingProps) {
  return (
    <div className="grid min-w-0 max-w-full content-start gap-2">
      <h3 className="font-medium">{title}</h3>
      {lines.length === 0 ? (
        <p className="text-muted">{said.same}</p>
      ) : (
        <Frame>
          <ModelHead first={first} models={models} />
          <Rows lines={lines} models={models} show={(_, value) => plain(value)} label={(name) => name} />
        </Frame>
      )}
    </div>
  );
}

type RowsProps = {
  lines: readonly ComparedLine[];
  models: readonly ModelSummary[];
  show: (name: string, value: unknown) => ReactNode;
  label: (name: string) => string;
};

function Rows({ lines, models, show, label }: RowsProps) {
  return (
    <tbody>
      {lines.map((line) => (
        <tr key={line.name} className="border-line border-b align-top">
          <th scope="row" className="py-1.5 pr-4 text-left font-normal">
            {label(line.name)}
          </th>
          {line.values.map((value, place) => (
            <td
              key={models[place]?.id ?? place}
              className={cx("max-w-[32ch] break-words py-1.5 pl-4 text-right", !line.differs && "text-muted")}
            >
              {show(line.name, value)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

/** A fact with its unit. */
function useFact() {
  const engineTitle = useEngineTitle();
  return (name: string, value: unknown): ReactNode => {
    if (value === null || value === undefined) return MISSING;
    if (name === "engine") return engineTitle(String(value));
    if (name === "created_at") return <ExactTime at={String(value)} />;
    if (name === "dataset_hash") return <code title={String(value)}>{String(value).slice(0, 12)}</code>;
    if (typeof value !== "number") return String(value);
    if (name === "size_bytes") return formatBytes(value);
    return name.endsWith("seconds") ? formatSeconds(value) : formatCount(value);
  };
}

export function Frame({ children }: { children: ReactNode }) {
  return (
    <div className="relative min-w-0 max-w-full overflow-x-auto">
      <table className="numbers text-sm">{children}</table>
    </div>
  );
}

export function ModelHead({ first, models }: { first: string; models: readonly ModelSummary[] }) {
  return (
    <thead>
      <tr className="border-line border-b align-bottom text-muted">
        <th scope="col" className="min-w-40 py-1 pr-4 text-left font-medium">
          {first}
        </th>
        {models.map((model) => (
          <th key={model.id} scope="col" className="min-w-28 max-w-[24ch] py-1 pl-4 text-right font-medium">
            <Link
              href={`/models/?id=${model.id}`}
              title={model.name}
              className="inline-block max-w-full truncate text-accent leading-6 hover:underline"
            >
              {model.name}
            </Link>
            <span className="block font-normal text-xs">
              {words.versions.named(model.version)}
              {model.is_promoted && ` · ${words.versions.served.toLowerCase()}`}
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

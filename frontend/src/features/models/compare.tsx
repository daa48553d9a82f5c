"use client";
/** Two models side by side: their metrics with the difference, the parameters that differ, the same charts. */
import { useQueries } from "@tanstack/react-query";
import { cx } from "class-variance-authority";
import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import type { Metric, Model } from "@/api/types";
import { formatCount, formatMetric, MISSING } from "@/lib/format";
import { Charts } from "@/ui/charts";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Page, Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { betterOf, differences, type MetricPair, metricPairs } from "./metrics";
import { plain } from "./model-facts";
import { modelQuery } from "./queries";
import { words } from "./words";

const crumbs = [{ label: words.title, href: "/models/" }];
const { comparison } = words;

export function CompareModels({ ids }: { ids: string[] }) {
  const [first, second] = useQueries({ queries: ids.slice(0, 2).map(modelQuery) });
  const error = first?.error ?? second?.error;
  return (
    <Page title={comparison.title} crumbs={crumbs}>
      {ids.length < 2 && <EmptyState title={comparison.two} />}
      {error && (
        <ErrorState
          title={comparison.failed}
          error={error}
          retry={() => void Promise.all([first?.refetch(), second?.refetch()])}
        />
      )}
      {!error && ids.length >= 2 && !(first?.data && second?.data) && <TableSkeleton label={words.loading} />}
      {first?.data && second?.data && <Compared a={first.data} b={second.data} />}
    </Page>
  );
}

function Compared({ a, b }: { a: Model; b: Model }) {
  const pairs = metricPairs(a, b);
  const parameters = differences(a.parameters, b.parameters);
  const isComparable = a.target === b.target && a.dataset?.content_hash === b.dataset?.content_hash;
  const charts = a.charts.filter((chart) => b.charts.some((other) => other.id === chart.id));
  return (
    <div className="grid gap-8 p-4">
      {!isComparable && (
        <p role="note" className="flex items-start gap-2 rounded-md border border-warn bg-warn-soft px-3 py-2">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
          {comparison.notSame}
        </p>
      )}
      <Section title={words.metrics}>
        <div className="overflow-x-auto">
          <table className="numbers w-full max-w-4xl text-sm">
            <Head first={comparison.metric} a={a} b={b} last={comparison.difference} />
            <tbody>
              {pairs.map((pair) => (
                <PairRow key={pair.name} pair={pair} />
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      <Section title={comparison.parameters}>
        {parameters.length === 0 ? (
          <p className="text-muted">{comparison.same}</p>
        ) : (
          <div className="overflow-x-auto">
            <table className="numbers w-full max-w-4xl text-sm">
              <Head first={comparison.parameter} a={a} b={b} />
              <tbody>
                {parameters.map((difference) => (
                  <tr key={difference.path} className="border-line border-b">
                    <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                      {difference.path}
                    </th>
                    <td className="py-1.5 pr-3 text-right">{plain(difference.a)}</td>
                    <td className="py-1.5 text-right">{plain(difference.b)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Section>
      {charts.length > 0 && (
        <Section title={comparison.charts}>
          <div className="grid items-start gap-x-8 gap-y-6 md:grid-cols-2">
            {charts.flatMap((chart) =>
              [a, b].map((model) => (
                <div key={`${chart.id} ${model.id}`} className="min-w-0">
                  <p className="truncate text-muted text-sm">{model.name}</p>
                  <Charts charts={model.charts.filter((own) => own.id === chart.id)} />
                </div>
              )),
            )}
          </div>
        </Section>
      )}
    </div>
  );
}

function Head({ first, a, b, last }: { first: string; a: Model; b: Model; last?: string }) {
  return (
    <thead>
      <tr className="border-line border-b text-muted">
        <th scope="col" className="py-1 pr-3 text-left font-medium">
          {first}
        </th>
        {[a, b].map((model, index) => (
          <th
            key={index === 0 ? "a" : "b"}
            scope="col"
            className="max-w-[24ch] truncate py-1 pr-3 text-right font-medium"
          >
            <Link
              href={`/models/?id=${model.id}`}
              className="inline-flex min-h-6 items-center text-accent hover:underline"
            >
              {model.name}
            </Link>
            <span className="block font-normal text-xs">
              <RelativeTime at={model.created_at} />
            </span>
          </th>
        ))}
        {last && (
          <th scope="col" className="py-1 text-right font-medium">
            {last}
          </th>
        )}
      </tr>
    </thead>
  );
}

function PairRow({ pair }: { pair: MetricPair }) {
  const better = betterOf(pair);
  const difference = pair.a?.value != null && pair.b?.value != null ? pair.b.value - pair.a.value : null;
  const value = (metric: Metric | null, isBetter: boolean) => (
    <td
      className={cx("py-1.5 pr-3 text-right", isBetter && "font-semibold text-good")}
      title={metric?.unavailable ?? undefined}
    >
      {metric ? formatMetric(metric.value) : MISSING}
      {isBetter && <span className="font-normal text-xs"> {comparison.better}</span>}
    </td>
  );
  const n = pair.a?.n ?? pair.b?.n ?? 0;
  return (
    <tr className="border-line border-b">
      <th scope="row" className="py-1.5 pr-3 text-left font-normal">
        {pair.label} <span className="text-muted text-xs">{words.measured(pair.split, formatCount(n))}</span>
      </th>
      {value(pair.a, better === "a")}
      {value(pair.b, better === "b")}
      <td className="py-1.5 text-right">
        {difference === null ? MISSING : `${difference > 0 ? "+" : ""}${formatMetric(difference)}`}
      </td>
    </tr>
  );
}

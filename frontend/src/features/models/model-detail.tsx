"use client";
/** One model: how well it does and on how many rows, what it looks at, where it comes from. */
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { isNotFound } from "@/api/client";
import { useEngineTitle } from "@/api/kinds";
import type { Model } from "@/api/types";
import { formatBytes, formatCount, formatSeconds } from "@/lib/format";
import { Button } from "@/ui/button";
import { Charts } from "@/ui/charts";
import { ErrorState } from "@/ui/error-state";
import { MetricList } from "@/ui/metric-list";
import { Page, Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { Skeleton } from "@/ui/skeleton";
import { ImportanceBars } from "./importance-bars";
import { leaves } from "./metrics";
import { ModelActions } from "./model-actions";
import { KeyValues, ModelCard, Parameters, SignatureList, TrainingProfile } from "./model-facts";
import { ModelRecord } from "./model-record";
import { modelQuery } from "./queries";
import { NotServed, ServedBadge, Versions } from "./versions";
import { words } from "./words";

const crumbs = [{ label: words.title, href: "/models/" }];

export function ModelDetail({ id }: { id: string }) {
  const model = useQuery(modelQuery(id));
  if (model.error) {
    const isGone = isNotFound(model.error);
    return (
      <Page title={words.title} crumbs={crumbs}>
        <ErrorState
          title={words.openFailed}
          error={isGone ? new Error(words.missing) : model.error}
          retry={isGone ? undefined : () => void model.refetch()}
          actions={
            <Button asChild>
              <Link href="/models/">{words.toList}</Link>
            </Button>
          }
        />
      </Page>
    );
  }
  if (!model.data) {
    return (
      <Page title={words.title} crumbs={crumbs}>
        <div
          role="status"
          aria-label={words.loading}
          className="grid gap-6 p-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]"
        >
          <div className="grid gap-4">
            <Skeleton className="h-48" />
            <Skeleton className="h-64" />
          </div>
          <Skeleton className="h-72" />
        </div>
      </Page>
    );
  }
  return <Loaded model={model.data} />;
}

function Loaded({ model }: { model: Model }) {
  return (
    <Page
      title={model.name}
      crumbs={crumbs}
      beside={
        <span className="flex shrink-0 items-center gap-1.5 whitespace-nowrap text-muted max-md:hidden">
          {words.versions.named(model.version)}
          {model.is_promoted && <ServedBadge />}
        </span>
      }
      actions={<ModelActions model={model} />}
    >
      <div className="grid gap-x-8 gap-y-8 p-4 lg:grid-cols-[minmax(0,2fr)_minmax(280px,1fr)]">
        <div className="grid min-w-0 content-start gap-8">
          <NotServed id={model.id} />
          <div className="grid items-start gap-8 xl:grid-cols-2">
            <Section title={words.metrics}>
              {model.metrics.length === 0 && <p className="text-muted">{words.noMetrics}</p>}
              <MetricList metrics={model.metrics} />
            </Section>
            <Section title={words.importance}>
              <ImportanceBars importance={model.importance} />
            </Section>
          </div>
          <ModelRecord model={model} />
          <Versions id={model.id} />
          <Section title={words.charts}>
            {model.charts.length === 0 && <p className="text-muted">{words.noCharts}</p>}
            <div className="grid items-start gap-6 xl:grid-cols-2">
              <Charts charts={model.charts.filter((chart) => chart.id !== "importance")} />
            </div>
          </Section>
        </div>
        <div className="grid min-w-0 content-start gap-8">
          <Section title={words.facts}>
            <Facts model={model} />
          </Section>
          <Section title={words.signature}>
            <SignatureList signature={model.signature} />
          </Section>
          <Section title={words.parameters}>
            <Parameters engine={model.engine} parameters={model.parameters} />
          </Section>
          <Section title={words.training}>
            <TrainingProfile profile={model.training_profile} />
          </Section>
          <Section title={words.environment}>
            <KeyValues items={leaves(model.environment)} />
          </Section>
          <ModelCard text={model.card} />
        </div>
      </div>
    </Page>
  );
}

function Facts({ model }: { model: Model }) {
  const { fact } = words;
  const engineTitle = useEngineTitle();
  const link = (href: string, text: string) => (
    <Link href={href} className="inline-flex min-h-6 items-center text-accent hover:underline">
      {text}
    </Link>
  );
  const items: [string, ReactNode][] = [
    [fact.task, model.task],
    [fact.target, model.target || "–"],
    [fact.engine, engineTitle(model.engine)],
    [fact.dataset, model.dataset && link(`/data/?id=${model.dataset.id}`, model.dataset.name ?? model.dataset.id)],
    [
      fact.workflow,
      model.workflow && link(`/workflows/?id=${model.workflow.id}`, fact.version(model.workflow.version ?? 0)),
    ],
    [fact.run, model.run_id && link(`/runs/?id=${model.run_id}`, model.run_id)],
    [fact.seconds, formatSeconds(model.seconds)],
    [fact.rowSeconds, model.row_seconds !== null && formatSeconds(model.row_seconds)],
    [fact.split, splitText(model)],
    [fact.rows, rowsText(model)],
    [fact.size, formatBytes(model.size_bytes)],
    [fact.made, <RelativeTime key="made" at={model.created_at} />],
    [
      fact.hash,
      model.dataset?.content_hash && (
        <code key="hash" className="font-mono text-xs" title={model.dataset.content_hash}>
          {model.dataset.content_hash.slice(0, 12)}
        </code>
      ),
    ],
  ];
  return (
    <dl className="numbers grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 text-sm">
      {items
        .filter(([, value]) => value)
        .map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="flex items-center text-muted">{label}</dt>
            <dd className="min-h-6 min-w-0 truncate py-0.5">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

const PARTS = ["train", "validation", "test"] as const;

const rowsText = ({ n_rows }: Model) =>
  PARTS.filter((part) => n_rows[part])
    .map((part) => `${formatCount(n_rows[part])} ${part}`)
    .join(", ");

function splitText({ splitting }: Model): string | null {
  if (!splitting) return null;
  return splitting.column ? `${splitting.method} by ${splitting.column}` : String(splitting.method);
}

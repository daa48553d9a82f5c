"use client";
/** Any number of models side by side: metrics with the best marked, what differs, the same rows, the same axes. */
import { useQuery } from "@tanstack/react-query";
import { Copy, TriangleAlert } from "lucide-react";
import type { Comparison } from "@/api/types";
import { download } from "@/lib/download";
import { Button } from "@/ui/button";
import { Charts } from "@/ui/charts";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Menu } from "@/ui/menu";
import { Page, Section } from "@/ui/page";
import { Skeleton, TableSkeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { ComparedFacts, ComparedMetrics } from "./compare-tables";
import { PairedTests } from "./paired-tests";
import { comparisonQuery, csvAddress, overlaysQuery } from "./queries";
import { words } from "./words";

const crumbs = [{ label: words.title, href: "/models/" }];
const said = words.comparison;

export function CompareModels({ ids }: { ids: string[] }) {
  const wanted = [...new Set(ids.filter(Boolean))];
  const isEnough = wanted.length >= 2;
  const found = useQuery({ ...comparisonQuery(wanted), enabled: isEnough });
  return (
    <Page title={said.title} crumbs={crumbs} actions={found.data && <TakeAway ids={wanted} found={found.data} />}>
      {!isEnough && <EmptyState title={said.few} />}
      {found.error && <ErrorState title={said.failed} error={found.error} retry={() => void found.refetch()} />}
      {isEnough && found.isPending && <TableSkeleton label={words.loading} />}
      {found.data && <Compared ids={wanted} found={found.data} />}
    </Page>
  );
}

function Compared({ ids, found }: { ids: string[]; found: Comparison }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8 p-4">
      {found.warnings.map((warning) => (
        <p
          key={warning}
          role="note"
          className="flex max-w-4xl items-start gap-2 rounded-md border border-warn bg-warn-soft px-3 py-2"
        >
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
          {warning}
        </p>
      ))}
      <div className="flex min-w-0 flex-wrap items-start gap-x-12 gap-y-8">
        <div className="min-w-0 max-w-full">
          <Section title={words.metrics}>
            <ComparedMetrics found={found} />
          </Section>
        </div>
        <div className="min-w-0 max-w-full">
          <Section title={said.paired}>
            <PairedTests ids={ids} models={found.models} />
          </Section>
        </div>
      </div>
      <Section title={said.facts}>
        <ComparedFacts found={found} />
      </Section>
      <Section title={said.charts}>
        <Overlays ids={ids} />
      </Section>
    </div>
  );
}

function Overlays({ ids }: { ids: string[] }) {
  const charts = useQuery(overlaysQuery(ids));
  if (charts.error) {
    return <ErrorState title={said.chartsFailed} error={charts.error} retry={() => void charts.refetch()} />;
  }
  return (
    <div className="grid items-start gap-x-8 gap-y-6 xl:grid-cols-2">
      {charts.data ? (
        <Charts charts={charts.data} />
      ) : (
        <div role="status" aria-label={said.drawing} className="contents">
          <Skeleton className="h-72" />
          <Skeleton className="h-72" />
        </div>
      )}
    </div>
  );
}

function TakeAway({ ids, found }: { ids: string[]; found: Comparison }) {
  const copy = async (text: string, name: string) => {
    try {
      await navigator.clipboard.writeText(text);
      toast(said.copied);
    } catch {
      // No clipboard without a secure connection, or not allowed: the same text as a file.
      toast(said.notCopied, { tone: "bad" });
      download(name, text);
    }
  };
  const copyCsv = async () => copy(await (await fetch(csvAddress(ids))).text(), "comparison.csv");
  return (
    <Menu
      trigger={
        <Button>
          <Copy />
          {said.copy}
        </Button>
      }
      items={[
        { label: said.copyMarkdown, onSelect: () => void copy(found.markdown, "comparison.md") },
        { label: said.copyCsv, onSelect: () => void copyCsv() },
      ]}
    />
  );
}

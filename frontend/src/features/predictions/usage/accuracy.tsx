"use client";
/** How right the endpoint was since it is deployed, from corrections, beside what it reached at training. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import type { Accuracy, Endpoint, Measured } from "@/api/types";
import { formatInterval, formatMetric } from "@/lib/format";
import { Button } from "@/ui/button";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Checkbox } from "@/ui/field";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { accuracyQuery, datasetOfCorrections } from "./queries";
import { words } from "./words";

export function AccuracySince({ endpoint }: { endpoint: Endpoint }) {
  const found = useQuery(accuracyQuery(endpoint.id));
  return (
    <Section title={words.accuracy.title}>
      {found.isPending && (
        <div role="status" aria-label={words.accuracy.loading} className="flex gap-10">
          <Skeleton className="h-16 w-48" />
          <Skeleton className="h-16 w-48" />
        </div>
      )}
      {found.error && (
        <ErrorState title={words.accuracy.failed} error={found.error} retry={() => void found.refetch()} />
      )}
      {found.data && found.data.n === 0 && (
        <p className="max-w-[72ch] text-muted">
          {words.accuracy.none}. {words.accuracy.noneText}
        </p>
      )}
      {found.data && found.data.n > 0 && <Found id={endpoint.id} accuracy={found.data} />}
    </Section>
  );
}

function Found({ id, accuracy }: { id: string; accuracy: Accuracy }) {
  const router = useRouter();
  const [append, setAppend] = useState(false);
  const make = useMutation({
    mutationFn: () => datasetOfCorrections(id, append),
    onSuccess: (dataset) =>
      toast(words.accuracy.made(dataset.name), {
        action: { label: words.accuracy.open, onClick: () => router.push(`/data/?id=${dataset.id}`) },
      }),
  });
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap gap-x-12 gap-y-4">
        <Figure label={words.accuracy.since[accuracy.metric]} measured={accuracy}>
          {words.accuracy.measured(accuracy.n)}
        </Figure>
        {accuracy.at_training?.value != null && (
          <Figure label={words.accuracy.training(accuracy.at_training)} measured={accuracy.at_training}>
            {`n = ${accuracy.at_training.n}`}
          </Figure>
        )}
      </div>
      <p className="max-w-[72ch] text-muted text-sm">{accuracy.told}</p>
      {accuracy.by_version.length > 1 && <ByVersion versions={accuracy.by_version} />}
      <div className="grid justify-items-start gap-2">
        <label className="flex min-h-6 items-center gap-2 text-sm">
          <Checkbox checked={append} onChange={(event) => setAppend(event.target.checked)} />
          {words.accuracy.append}
        </label>
        <Button size="sm" disabled={make.isPending} onClick={() => make.mutate()}>
          {make.isPending ? words.accuracy.making : words.accuracy.corrections}
        </Button>
        <InlineError error={make.error} />
      </div>
    </div>
  );
}

function Figure({ label, measured, children }: { label: string; measured: Measured; children: ReactNode }) {
  const { value, low, high } = measured;
  return (
    <div className="numbers grid gap-0.5">
      <p className="text-muted text-sm">{label}</p>
      <p className="font-semibold text-xl">{formatMetric(value)}</p>
      <p className="text-muted text-sm">
        {[low != null && high != null && words.accuracy.interval(formatMetric(low), formatMetric(high)), children]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </div>
  );
}

function ByVersion({ versions }: { versions: Accuracy["by_version"] }) {
  return (
    <table className="numbers max-w-lg text-sm">
      <caption className="pb-1 text-left font-medium">{words.accuracy.versions}</caption>
      <thead>
        <tr className="text-muted">
          <th scope="col" className="border-line border-b py-1 text-left font-medium">
            {words.accuracy.version}
          </th>
          <th scope="col" className="border-line border-b py-1 text-right font-medium">
            {words.accuracy.reached}
          </th>
          <th scope="col" className="border-line border-b py-1 text-right font-medium">
            {words.accuracy.value}
          </th>
          <th scope="col" className="border-line border-b py-1 text-right font-medium">
            {words.accuracy.n}
          </th>
        </tr>
      </thead>
      <tbody>
        {versions.map(({ version, value, low, high, n, at_training }) => (
          <tr key={version}>
            <th scope="row" className="border-line border-b py-1 text-left font-normal">
              {version}
            </th>
            <td className="border-line border-b py-1 text-right">{formatMetric(at_training?.value)}</td>
            <td className="border-line border-b py-1 text-right">
              {formatMetric(value)}
              {low !== null && high !== null && <span className="text-muted"> {formatInterval([low, high])}</span>}
            </td>
            <td className="border-line border-b py-1 text-right">{n}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

"use client";
/** What an endpoint was used for: calls, refusals, time to answer, answers over time; how right it was. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Endpoint, Signature, Usage } from "@/api/types";
import { formatCount, formatSeconds } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { Chart } from "@/ui/chart";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Select } from "@/ui/field";
import { ExactTime } from "@/ui/relative-time";
import { Skeleton } from "@/ui/skeleton";
import { isCorrectable } from "../correcting/correctable";
import { isSaid } from "../said";
import { AccuracySince } from "./accuracy";
import { callsSpec, classesSpec, latencySpec, meanSpec } from "./charts";
import { isPeriod, PERIODS, type Period, usageQuery } from "./queries";
import { words } from "./words";

const USUAL: Period = "30d";

export function UseTab({ endpoint, onTry }: { endpoint: Endpoint; onTry: () => void }) {
  const [asked, setPeriod] = useParam("period");
  const period = isPeriod(asked) ? asked : USUAL;
  const usage = useQuery(usageQuery(endpoint.id, period));
  return (
    <div className="grid grid-cols-1 content-start gap-8 p-4">
      <div className="grid min-w-0 grid-cols-1 gap-4">
        <Select
          aria-label={words.period}
          className="max-w-44"
          value={period}
          onChange={(event) => setPeriod(event.target.value === USUAL ? null : event.target.value, "replace")}
        >
          {(Object.keys(PERIODS) as Period[]).map((each) => (
            <option key={each} value={each}>
              {words.periods[each]}
            </option>
          ))}
        </Select>
        {usage.isPending && <UseSkeleton />}
        {usage.error && <ErrorState title={words.failed} error={usage.error} retry={() => void usage.refetch()} />}
        {usage.data && !usage.error && usage.data.n_calls === 0 && (
          <EmptyState
            title={words.none}
            actions={
              <Button look="primary" onClick={onTry}>
                {words.try}
              </Button>
            }
          >
            {words.noneText}
          </EmptyState>
        )}
        {usage.data && !usage.error && usage.data.n_calls > 0 && (
          <Found usage={usage.data} signature={endpoint.signature} />
        )}
      </div>
      {isCorrectable(endpoint.signature) && <AccuracySince endpoint={endpoint} />}
    </div>
  );
}

function Found({ usage, signature }: { usage: Usage; signature: Signature }) {
  const { classes } = signature.output;
  // Texts have neither classes nor a mean.
  const hasAnswers = classes !== null || !isSaid(signature);
  const { steps, step } = usage;
  const specs = useMemo(
    () => ({
      calls: callsSpec(steps, step),
      latency: latencySpec(steps, step),
      answers: classes ? classesSpec(steps, step, classes) : meanSpec(steps, step),
    }),
    [steps, step, classes],
  );
  const stepName = words.step[step];
  return (
    <>
      <Figures usage={usage} />
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <Chart title={words.n(words.callsPer(stepName), usage.n_calls)} spec={specs.calls} />
        <Chart title={words.n(words.latency(stepName), usage.n_calls - usage.n_errors)} spec={specs.latency} />
        {hasAnswers && (
          <Chart
            title={words.nRows(classes ? words.classes(stepName) : words.mean(stepName), usage.n_rows)}
            spec={specs.answers}
          />
        )}
      </div>
      {usage.counted_until && (
        <p className="text-muted text-sm">
          {words.countedUntil}
          <ExactTime at={usage.counted_until} />
        </p>
      )}
    </>
  );
}

function Figures({ usage }: { usage: Usage }) {
  const items: [string, string][] = [
    [words.figures.calls, formatCount(usage.n_calls)],
    [words.figures.rows, formatCount(usage.n_rows)],
    [words.figures.errors, formatCount(usage.n_errors)],
    [words.figures.p50, formatSeconds(usage.p50_seconds)],
    [words.figures.p95, formatSeconds(usage.p95_seconds)],
  ];
  return (
    <dl className="numbers flex flex-wrap gap-x-10 gap-y-3" title={words.latencyNote}>
      {items.map(([label, value]) => (
        <div key={label} className="flex flex-col-reverse">
          <dt className="text-muted text-sm">{label}</dt>
          <dd className="font-semibold text-xl">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const UseSkeleton = () => (
  <div role="status" aria-label={words.loading} className="grid gap-6">
    <div className="flex flex-wrap gap-10">
      {[0, 1, 2, 3, 4].map((n) => (
        <Skeleton key={n} className="h-12 w-24" />
      ))}
    </div>
    <div className="grid gap-6 xl:grid-cols-2">
      <Skeleton className="h-56" />
      <Skeleton className="h-56" />
    </div>
  </div>
);

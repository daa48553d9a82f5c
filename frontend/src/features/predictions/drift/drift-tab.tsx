"use client";
/** How the rows that are asked differ from those of training: what to look at first, then every column. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useLiveRun } from "@/api/runs";
import type { Drift, Endpoint } from "@/api/types";
import { plural } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { ProgressLine } from "@/ui/progress-line";
import { ExactTime, RelativeTime } from "@/ui/relative-time";
import { Skeleton, TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { ClassShares } from "./class-shares";
import { columnColumns, wordColumns } from "./columns";
import { driftQuery, isPeriod, measureDrift, PERIODS, type Period } from "./queries";
import { words } from "./words";

const USUAL: Period = "7d";
const FIRST_ALERTS = 6;

export function DriftTab({ endpoint }: { endpoint: Endpoint }) {
  const drift = useQuery(driftQuery(endpoint.id));
  return (
    <div className="grid grid-cols-1 content-start gap-6 p-4">
      <Measure id={endpoint.id} runId={drift.data?.run_id ?? null} />
      {drift.isPending && <DriftSkeleton />}
      {drift.error && <ErrorState title={words.failed} error={drift.error} retry={() => void drift.refetch()} />}
      {drift.data && !drift.error && <Found drift={drift.data} classes={endpoint.signature.output.classes} />}
    </div>
  );
}

/** Of which time, and now; while it goes on, how far it is. */
function Measure({ id, runId }: { id: string; runId: string | null }) {
  const client = useQueryClient();
  const [asked, setPeriod] = useParam("period");
  const period = isPeriod(asked) ? asked : USUAL;
  const start = useMutation({
    mutationFn: () => measureDrift(id, period),
    onSuccess: () => client.invalidateQueries({ queryKey: driftQuery(id).queryKey }),
  });
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
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
        <Button disabled={start.isPending || runId !== null} onClick={() => start.mutate()}>
          {words.measure}
        </Button>
      </div>
      <InlineError error={start.error} />
      {runId && <Measuring runId={runId} />}
    </div>
  );
}

function Measuring({ runId }: { runId: string }) {
  const run = useLiveRun(runId).data;
  return (
    <div className="max-w-xl">
      <ProgressLine
        label={run?.message || words.measuring}
        fraction={run?.state === "running" ? run.progress_fraction : null}
        startedAt={run?.started_at}
      />
    </div>
  );
}

function Found({ drift, classes }: { drift: Drift; classes: readonly string[] | null }) {
  if (!drift.measured_at) return <EmptyState title={words.never}>{drift.told}</EmptyState>;
  const columns = [...drift.columns].sort((a, b) => (b.psi ?? -1) - (a.psi ?? -1));
  return (
    <>
      <Alerts told={drift.told} alerts={drift.alerts} isCalm={drift.n_rows > 0} />
      <p className="numbers max-w-[80ch] text-muted text-sm">
        {words.rows(drift.n_rows, drift.is_cut)}
        {drift.version !== null && words.beside(drift.version)} · {words.measuredAt}
        <RelativeTime at={drift.measured_at} />
        {drift.since && (
          <>
            {" · "}
            {words.from} <ExactTime at={drift.since} /> {words.to} <ExactTime at={drift.until} />
          </>
        )}
      </p>
      {columns.length > 0 && (
        <Section title={words.columns.title}>
          <Legend />
          <Table isInset label={words.columns.title} rows={columns} columns={columnColumns} rowId={(row) => row.name} />
          <p className="max-w-[72ch] text-muted text-sm">{words.psiHelp}</p>
        </Section>
      )}
      {drift.prediction && <ClassShares prediction={drift.prediction} classes={classes} />}
      {drift.words.length > 0 && (
        <Section title={words.wordsTitle}>
          <Table
            isInset
            isSnug
            label={words.wordsTitle}
            rows={drift.words}
            columns={wordColumns}
            rowId={(row) => `${row.column} ${row.word}`}
            height="60vh"
          />
          <p className="max-w-[72ch] text-muted text-sm">{words.wordsHelp}</p>
        </Section>
      )}
    </>
  );
}

type AlertsProps = { told: string; alerts: readonly string[]; isCalm: boolean };

function Alerts({ told, alerts, isCalm }: AlertsProps) {
  const [isAll, setIsAll] = useState(false);
  if (alerts.length === 0) {
    return (
      <p role="status" className="flex max-w-[72ch] items-start gap-2">
        {isCalm && <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />}
        {told}
      </p>
    );
  }
  const shown = isAll ? alerts : alerts.slice(0, FIRST_ALERTS);
  return (
    <div className="grid max-w-[80ch] gap-2 rounded-md border border-warn bg-warn-soft px-3 py-2">
      <ul aria-label={plural(alerts.length, "alert")} className="grid gap-1">
        {shown.map((alert) => (
          <li key={alert} className="flex items-start gap-2">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
            <span className="min-w-0 break-words">{alert}</span>
          </li>
        ))}
      </ul>
      {shown.length < alerts.length && (
        <Button size="sm" className="justify-self-start" onClick={() => setIsAll(true)}>
          {words.moreAlerts(alerts.length - shown.length)}
        </Button>
      )}
    </div>
  );
}

const Legend = () => (
  <p aria-hidden className="flex gap-4 text-muted text-sm">
    <span className="inline-flex items-center gap-1.5">
      <span className="size-2.5 rounded-sm bg-control" />
      {words.training}
    </span>
    <span className="inline-flex items-center gap-1.5">
      <span className="size-2.5 rounded-sm bg-accent" />
      {words.recent}
    </span>
  </p>
);

const DriftSkeleton = () => (
  <div className="grid gap-6">
    <Skeleton className="h-10 max-w-xl" />
    <TableSkeleton label={words.loading} />
  </div>
);

"use client";
/** How the rows that are asked differ from those of training: what to look at first, then every column. */
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { plural } from "@/lib/format";
import { useParam } from "@/lib/params";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { Skeleton, TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import type { Endpoint } from "../shapes";
import { ClassShares } from "./class-shares";
import { columnColumns, wordColumns } from "./columns";
import { type Drift, driftQuery, isPeriod, PERIODS, type Period } from "./queries";
import { words } from "./words";

const USUAL: Period = "30d";

export function DriftTab({ endpoint }: { endpoint: Endpoint }) {
  const [asked, setPeriod] = useParam("period");
  const period = isPeriod(asked) ? asked : USUAL;
  const drift = useQuery(driftQuery(endpoint.id, period));
  return (
    <div className="grid content-start gap-6 p-4">
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
      {drift.isPending && <DriftSkeleton />}
      {drift.error && <ErrorState title={words.failed} error={drift.error} retry={() => void drift.refetch()} />}
      {drift.data && !drift.error && <Found drift={drift.data} classes={endpoint.signature.output.classes} />}
    </div>
  );
}

function Found({ drift, classes }: { drift: Drift; classes: readonly string[] | null }) {
  if (drift.unavailable) {
    return (
      <p className="max-w-[72ch] text-muted">
        {words.unavailableWhy}: {drift.unavailable}
      </p>
    );
  }
  if (drift.n_rows === 0) return <EmptyState title={words.none}>{words.noneText}</EmptyState>;
  const columns = [...drift.columns].sort((a, b) => (b.psi ?? -1) - (a.psi ?? -1));
  return (
    <>
      <Alerts alerts={drift.alerts} />
      <p className="numbers text-muted text-sm">{words.rows(drift.n_rows)}</p>
      <Section title={words.columns.title}>
        <Legend />
        <Table isInset label={words.columns.title} rows={columns} columns={columnColumns} rowId={(row) => row.name} />
        <p className="max-w-[72ch] text-muted text-sm">{words.psiHelp}</p>
      </Section>
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

function Alerts({ alerts }: { alerts: readonly string[] }) {
  if (alerts.length === 0) {
    return (
      <p role="status" className="flex max-w-[72ch] items-start gap-2">
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
        {words.calm}
      </p>
    );
  }
  return (
    <ul
      aria-label={plural(alerts.length, "alert")}
      className="grid max-w-[80ch] gap-1 rounded-md border border-warn bg-warn-soft px-3 py-2"
    >
      {alerts.map((alert) => (
        <li key={alert} className="flex items-start gap-2">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
          <span className="min-w-0 break-words">{alert}</span>
        </li>
      ))}
    </ul>
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

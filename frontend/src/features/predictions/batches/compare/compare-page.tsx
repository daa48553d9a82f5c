"use client";
/** Batches beside each other: shares with intervals, what is different, and charts. Which ones stands in the address. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useParam } from "@/lib/params";
import { Charts } from "@/ui/charts";
import { ErrorState } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { Page, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { batchesHref } from "../places";
import { batchQuery } from "../queries";
import type { Batch } from "../types";
import { words } from "../words";
import { BatchPick } from "./batch-pick";
import { GroupTable } from "./group-table";
import { type By, compareQuery } from "./queries";
import { Tests } from "./tests";

const crumbs = [
  { label: words.predict, href: "/predict/" },
  { label: words.title, href: batchesHref },
];
const WAYS = ["batch", "label", "period"] as const;
const STEPS = ["day", "week", "month", "quarter", "year"] as const;

export function ComparePage({ ids }: { ids: readonly string[] }) {
  const [, setIds] = useParam("compare");
  const [asked, setBy] = useParam("by");
  const [askedStep, setStep] = useParam("step");
  const by: By = WAYS.find((each) => each === asked) ?? (ids.length > 1 ? "batch" : "label");
  const step = STEPS.find((each) => each === askedStep) ?? "";
  const [askedColumn, setColumn] = useParam("column");
  const chosen = useQueries({ queries: ids.map(batchQuery) });
  const batches = chosen.flatMap(({ data }) => (data ? [data] : []));
  const columns = batches[0]?.columns ?? [];
  const column = columns.find(({ name }) => name === askedColumn)?.name ?? "";
  const choose = (next: readonly string[]) => setIds(next.join(",") || null, "replace");
  return (
    <Page title={words.comparing.title} crumbs={crumbs}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 p-4">
        <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
          <BatchPick batches={batches} ids={ids} onChange={choose} />
          <Field label={words.comparing.by}>
            {(wired) => (
              <Select
                {...wired}
                className="max-w-40"
                value={by}
                onChange={(event) => setBy(event.target.value, "replace")}
              >
                {WAYS.map((way) => (
                  <option key={way} value={way}>
                    {words.comparing[way]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {by === "period" && (
            <Field label={words.comparing.dates}>
              {(wired) => (
                <Select
                  {...wired}
                  className="max-w-44"
                  value={column}
                  onChange={(event) => setColumn(event.target.value, "replace")}
                >
                  <option value="">{words.comparing.made}</option>
                  {columns.map(({ name }) => (
                    <option key={name} value={name}>
                      {name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
          {by === "period" && (
            <Field label={words.comparing.step}>
              {(wired) => (
                <Select
                  {...wired}
                  className="max-w-32"
                  value={step}
                  onChange={(event) => setStep(event.target.value, "replace")}
                >
                  <option value="">{words.comparing.anyStep}</option>
                  {STEPS.map((each) => (
                    <option key={each} value={each}>
                      {words.comparing.steps[each]}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
        </div>
        {ids.length === 0 || (by === "batch" && ids.length < 2) ? (
          <p className="text-muted">{words.comparing.few}</p>
        ) : (
          <Comparison ids={ids} by={by} step={step} column={column} batches={batches} />
        )}
      </div>
    </Page>
  );
}

type Props = { ids: readonly string[]; by: By; step: string; column: string; batches: readonly Batch[] };

function Comparison({ ids, by, step, column, batches }: Props) {
  const query = useQuery(compareQuery(ids, by, step, column));
  const classes = batches[0]?.signature.output.classes ?? null;
  if (query.isPending) {
    return (
      <div role="status" aria-label={words.comparing.loading} className="grid gap-6">
        <Skeleton className="h-40" />
        <Skeleton className="h-72" />
      </div>
    );
  }
  if (query.error) {
    return <ErrorState title={words.comparing.failed} error={query.error} retry={() => void query.refetch()} />;
  }
  const { groups, tests, charts, notes } = query.data;
  return (
    <div
      className={
        query.isPlaceholderData
          ? "grid grid-cols-[minmax(0,1fr)] gap-8 opacity-60"
          : "grid grid-cols-[minmax(0,1fr)] gap-8"
      }
    >
      <div className="grid gap-2">
        <GroupTable groups={groups} classes={classes} />
        {notes.map((note) => (
          <p key={note} className="max-w-[72ch] break-words text-muted text-sm">
            {note}
          </p>
        ))}
      </div>
      <Section title={words.comparing.tests}>
        <Tests tests={tests} />
      </Section>
      <div className="grid items-start gap-8 lg:grid-cols-2">
        <Charts charts={charts} />
      </div>
    </div>
  );
}

"use client";

import { CircleStop, RotateCw } from "lucide-react";
import Link from "next/link";
import { isFinal, useLiveRun, useRunLog } from "@/api/runs";
import type { Run } from "@/api/types";
import { Badge, StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Panel } from "@/ui/panel";
import { ProgressLine } from "@/ui/progress-line";
import { Skeleton } from "@/ui/skeleton";
import { shownState } from "./columns";
import { useCancelRun, useRetryRun } from "./queries";
import { RunFacts } from "./run-facts";
import { RunLog } from "./run-log";
import { RunSteps } from "./run-steps";
import { words } from "./words";

type Props = { id: string; onClose: () => void; onOpen: (id: string) => void };

/** One run as it goes: state, progress, steps, log, cost; cancel and run again. */
export function RunPanel({ id, onClose, onOpen }: Props) {
  const query = useLiveRun(id);
  const run = query.data;
  return (
    <Panel open onClose={onClose} title={run?.title ?? words.title} width={480}>
      {query.isPending && <PanelSkeleton />}
      {query.isError && <ErrorState error={query.error} title={words.failedOne} retry={() => query.refetch()} />}
      {run && <Content run={run} onOpen={onOpen} />}
    </Panel>
  );
}

function Content({ run, onOpen }: { run: Run; onOpen: (id: string) => void }) {
  const isLive = !isFinal(run.state);
  const log = useRunLog(run.id, isLive);
  return (
    <div className="grid gap-5 p-4">
      <div className="flex flex-wrap items-center gap-2">
        <StateBadge state={shownState(run)} />
        {run.attempts > 1 && <Badge>{`Attempt ${run.attempts} of ${run.max_attempts}`}</Badge>}
        <span className="flex-1" />
        <Actions run={run} onOpen={onOpen} />
      </div>
      {isLive && (
        <ProgressLine
          label={run.state === "queued" ? words.queued : run.message || run.title}
          fraction={run.state === "running" ? run.progress_fraction : null}
          startedAt={run.started_at}
        />
      )}
      {run.error && <RunFailure error={run.error} />}
      <RunSteps steps={run.steps} isLive={isLive} />
      <RunFacts run={run} />
      <RunLog lines={log} isLive={isLive} />
    </div>
  );
}

function Actions({ run, onOpen }: { run: Run; onOpen: (id: string) => void }) {
  const cancel = useCancelRun();
  const retry = useRetryRun();
  const canRetry = run.state === "failed" || run.state === "cancelled";
  const link = subjectLink(run);
  return (
    <>
      {link && (
        <Button asChild size="sm">
          <Link href={link}>{words.openSubject(run.subject?.kind ?? "")}</Link>
        </Button>
      )}
      {!isFinal(run.state) && (
        <Button size="sm" disabled={cancel.isPending || run.is_cancelling} onClick={() => cancel.mutate(run.id)}>
          <CircleStop />
          {run.is_cancelling ? words.cancelling : words.cancel}
        </Button>
      )}
      {canRetry && (
        <Button
          size="sm"
          disabled={retry.isPending}
          onClick={() => retry.mutate(run.id, { onSuccess: (again) => onOpen(again.id) })}
        >
          <RotateCw />
          {words.retry}
        </Button>
      )}
      <InlineError error={cancel.error ?? retry.error} />
    </>
  );
}

const SUBJECT_PAGES: Record<string, string> = {
  dataset: "/data/",
  workflow: "/workflows/",
  model: "/models/",
  batch: "/predict/batches/",
};

function subjectLink({ subject }: Run): string | null {
  const page = subject && SUBJECT_PAGES[subject.kind];
  return page ? `${page}?id=${subject.id}` : null;
}

function RunFailure({ error }: { error: NonNullable<Run["error"]> }) {
  return (
    <div role="alert" className="grid gap-1 rounded-md border border-bad bg-bad-soft px-3 py-2">
      <p className="break-words font-medium">{error.message}</p>
      {error.step && <p className="text-muted text-sm">{words.inStep(error.step)}</p>}
      {error.hint && <p className="text-sm">{error.hint}</p>}
    </div>
  );
}

function PanelSkeleton() {
  return (
    <div className="grid gap-4 p-4" role="status" aria-label={words.loading}>
      <Skeleton className="h-5 w-24" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-24 w-full" />
      <Skeleton className="h-40 w-full" />
    </div>
  );
}

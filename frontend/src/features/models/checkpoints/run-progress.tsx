"use client";
/** The run that reads a checkpoint: how far it is, then the model, or why there is none. */
import { type UseQueryResult, useMutation } from "@tanstack/react-query";
import { CircleStop, Zap } from "lucide-react";
import Link from "next/link";
import { post } from "@/api/client";
import { isFinal } from "@/api/runs";
import type { Run } from "@/api/types";
import { Button } from "@/ui/button";
import { ErrorState, InlineError } from "@/ui/error-state";
import { ProgressLine } from "@/ui/progress-line";
import { Skeleton } from "@/ui/skeleton";
import { type Added, addedBy } from "./sources";
import { words } from "./words";

type Props = { run: UseQueryResult<Run>; onAgain: () => void };

export function RunProgress({ run, onAgain }: Props) {
  if (run.error) return <ErrorState error={run.error} title={words.openFailed} retry={() => void run.refetch()} />;
  if (!run.data) return <Skeleton className="my-2 h-10" />;
  const added = addedBy(run.data);
  if (added) return <Done added={added} />;
  if (isFinal(run.data.state)) return <Ended run={run.data} onAgain={onAgain} />;
  return <Going run={run.data} />;
}

function Going({ run }: { run: Run }) {
  const cancel = useMutation({ mutationFn: () => post<Run>(`/runs/${run.id}/cancel`) });
  const isStopping = cancel.isPending || cancel.isSuccess || run.is_cancelling;
  const isQueued = run.state === "queued";
  return (
    <div className="grid gap-3 py-2">
      <ProgressLine
        label={isQueued ? words.queued : run.message || words.starting}
        fraction={isQueued ? null : run.progress_fraction}
        startedAt={run.started_at}
      />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted text-sm">{words.leave}</p>
        <Button size="sm" disabled={isStopping} onClick={() => cancel.mutate()}>
          <CircleStop />
          {isStopping ? words.cancelling : words.cancel}
        </Button>
      </div>
      <InlineError error={cancel.error} />
    </div>
  );
}

function Ended({ run, onAgain }: { run: Run; onAgain: () => void }) {
  const isBroken = run.state !== "cancelled";
  return (
    <div role={isBroken ? "alert" : "status"} className="grid gap-3 py-2">
      <div className="grid gap-1">
        <p className="font-medium">{isBroken ? words.failed : words.cancelled}</p>
        {run.error && <p className="[overflow-wrap:anywhere]">{run.error.message}</p>}
        {run.error?.hint && <p className="text-muted text-sm [overflow-wrap:anywhere]">{run.error.hint}</p>}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" onClick={onAgain}>
          {words.again}
        </Button>
        <Button asChild>
          <Link href={`/runs/?id=${run.id}`}>{words.openRun}</Link>
        </Button>
      </div>
    </div>
  );
}

function Done({ added }: { added: Added }) {
  return (
    <div role="status" className="grid gap-3 py-2">
      <p className="font-medium">{words.done}</p>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" asChild>
          <Link href={`/models/?id=${added.model}`}>{words.open}</Link>
        </Button>
        {added.endpoint && (
          <Button asChild>
            <Link href={`/predict/?id=${added.endpoint}`}>
              <Zap />
              {words.predict}
            </Link>
          </Button>
        )}
      </div>
    </div>
  );
}

"use client";
/** A batch on its way, or one that stopped before its end: how far, how quick, how long; cancel and go on. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play } from "lucide-react";
import Link from "next/link";
import { useLiveRun } from "@/api/runs";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { ProgressLine } from "@/ui/progress-line";
import { CancelRun } from "./cancel-run";
import { newBatchHref } from "./places";
import { batchQuery, resumeBatch } from "./queries";
import type { Batch } from "./types";
import { words } from "./words";

type Props = { batch: Batch; onChange: (batch: Batch) => void };

export function Running({ batch, onChange }: Props) {
  return (
    <div className="grid shrink-0 gap-3 border-line border-b p-4">
      {batch.state === "failed" || batch.state === "cancelled" ? (
        <Stopped batch={batch} onChange={onChange} />
      ) : (
        <Going batch={batch} />
      )}
    </div>
  );
}

function Going({ batch }: { batch: Batch }) {
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: batchQuery(batch.id).queryKey });
  const run = useLiveRun(batch.run_id, refresh).data;
  const { n_rows: all, n_done: done } = batch;
  const isRunning = batch.state === "running";
  const facts = [
    all !== null && words.run.done(formatCount(done), formatCount(all)),
    isRunning && batch.rows_per_second !== null && words.run.speed(formatCount(batch.rows_per_second)),
    batch.n_failed > 0 && words.run.failed(batch.n_failed),
  ].filter(Boolean);
  return (
    <>
      <ProgressLine
        label={isRunning ? words.run.title : words.run.queued}
        fraction={isRunning && all ? Math.min(1, done / all) : null}
        startedAt={run?.started_at}
        secondsLeft={batch.seconds_left}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="numbers min-w-0 flex-1 text-sm">{facts.join(" · ")}</p>
        <CancelRun run={run} onSettled={refresh} />
      </div>
      <p className="text-muted text-sm">{words.run.leave}</p>
    </>
  );
}

function Stopped({ batch, onChange }: Props) {
  const resume = useMutation({ mutationFn: () => resumeBatch(batch.id), onSuccess: onChange });
  const isBroken = batch.state === "failed";
  const isRead = batch.check !== null;
  return (
    <div role={isBroken ? "alert" : undefined} className="grid gap-2">
      <p className="font-medium">{isBroken ? (isRead ? words.run.broke : words.run.unread) : words.run.stopped}</p>
      {isBroken && batch.error && <Fault error={batch.error} />}
      {isRead && <p className="text-muted text-sm">{words.run.resumeHint(batch.n_done)}</p>}
      <div className="flex flex-wrap gap-2">
        {isRead ? (
          <Button look="primary" disabled={resume.isPending} onClick={() => resume.mutate()}>
            <Play />
            {words.run.resume}
          </Button>
        ) : (
          <Button look="primary" asChild>
            <Link href={newBatchHref(batch.endpoint_id)}>{words.create.another}</Link>
          </Button>
        )}
        {batch.run_id && (
          <Button asChild>
            <Link href={`/runs/?id=${batch.run_id}`}>{words.run.open}</Link>
          </Button>
        )}
      </div>
      <InlineError error={resume.error} />
    </div>
  );
}

function Fault({ error }: { error: NonNullable<Batch["error"]> }) {
  const { message, hint } = error;
  return (
    <div className="grid max-w-[72ch] gap-1">
      <p className="break-words">{message}</p>
      {hint && <p className="break-words text-muted text-sm">{hint}</p>}
    </div>
  );
}

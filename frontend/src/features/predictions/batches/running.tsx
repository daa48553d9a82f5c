"use client";
/** A batch on its way, or one that stopped before its end: how far, how quick, how long; cancel and go on. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleStop, Play } from "lucide-react";
import Link from "next/link";
import { useLiveRun } from "@/api/runs";
import { formatCount, formatSeconds } from "@/lib/format";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { ProgressLine } from "@/ui/progress-line";
import { batchQuery, cancelRun, resumeBatch } from "./queries";
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
  const cancel = useMutation({ mutationFn: cancelRun, onSettled: refresh });
  const isStopping = cancel.isPending || cancel.isSuccess || run?.is_cancelling === true;
  const { n_rows: all, n_done: done } = batch;
  const facts = [
    all !== null && words.run.done(formatCount(done), formatCount(all)),
    batch.rows_per_second !== null && words.run.speed(formatCount(batch.rows_per_second)),
    batch.seconds_left !== null && words.run.left(formatSeconds(batch.seconds_left)),
    batch.n_failed > 0 && words.run.failed(batch.n_failed),
  ].filter(Boolean);
  return (
    <>
      <ProgressLine
        label={batch.state === "queued" ? words.run.queued : run?.message || words.run.title}
        fraction={batch.state === "running" && all ? Math.min(1, done / all) : null}
        startedAt={run?.started_at}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="numbers min-w-0 flex-1 text-sm">{facts.join(" · ")}</p>
        {batch.run_id && (
          <Button size="sm" disabled={isStopping} onClick={() => batch.run_id && cancel.mutate(batch.run_id)}>
            <CircleStop />
            {isStopping ? words.run.cancelling : words.run.cancel}
          </Button>
        )}
      </div>
      <p className="text-muted text-sm">{words.run.leave}</p>
      <InlineError error={cancel.error} />
    </>
  );
}

function Stopped({ batch, onChange }: Props) {
  const resume = useMutation({ mutationFn: () => resumeBatch(batch.id), onSuccess: onChange });
  const isBroken = batch.state === "failed";
  return (
    <div role={isBroken ? "alert" : undefined} className="grid gap-2">
      <p className="font-medium">{isBroken ? words.run.broke : words.run.stopped}</p>
      {batch.error && <Fault error={batch.error} />}
      {batch.n_done > 0 && <p className="text-muted text-sm">{words.run.resumeHint(formatCount(batch.n_done))}</p>}
      <div className="flex flex-wrap gap-2">
        {batch.check !== null && (
          <Button look="primary" disabled={resume.isPending} onClick={() => resume.mutate()}>
            <Play />
            {words.run.resume}
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

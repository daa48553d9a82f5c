"use client";
/** The rows are read and checked; nothing is asked of the reader yet. */
import { useQueryClient } from "@tanstack/react-query";
import { useLiveRun } from "@/api/runs";
import { ProgressLine } from "@/ui/progress-line";
import { Skeleton } from "@/ui/skeleton";
import { CancelRun } from "../cancel-run";
import { batchQuery } from "../queries";
import type { Batch } from "../types";
import { words } from "../words";

export function Reading({ batch }: { batch: Batch }) {
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: batchQuery(batch.id).queryKey });
  const run = useLiveRun(batch.run_id, refresh).data;
  const isRunning = run?.state === "running";
  return (
    <div className="grid max-w-[80ch] flex-1 content-start gap-6 p-4">
      <ProgressLine
        label={(isRunning && run.message) || words.check.reading}
        fraction={isRunning ? run.progress_fraction : null}
        startedAt={run?.started_at ?? batch.created_at}
      />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="text-muted">{words.run.leave}</p>
        <CancelRun run={run} onSettled={refresh} />
      </div>
      <Skeleton className="h-40" />
      <Skeleton className="h-24" />
    </div>
  );
}

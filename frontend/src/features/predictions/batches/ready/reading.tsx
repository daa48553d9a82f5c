"use client";
/** The rows are read and checked; nothing is asked of the reader yet. */
import { useLiveRun } from "@/api/runs";
import { ProgressLine } from "@/ui/progress-line";
import { Skeleton } from "@/ui/skeleton";
import type { Batch } from "../types";
import { words } from "../words";

export function Reading({ batch }: { batch: Batch }) {
  const run = useLiveRun(batch.run_id).data;
  return (
    <div className="grid max-w-[80ch] flex-1 content-start gap-6 p-4">
      <ProgressLine
        label={run?.message || words.check.reading}
        fraction={run?.state === "running" ? run.progress_fraction : null}
        startedAt={run?.started_at ?? batch.created_at}
      />
      <p className="text-muted">{words.run.leave}</p>
      <Skeleton className="h-40" />
      <Skeleton className="h-24" />
    </div>
  );
}

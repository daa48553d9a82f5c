"use client";
/** A run of quality as it goes; one can leave the page. */
import Link from "next/link";
import { isFinal, useLiveRun } from "@/api/runs";
import { ProgressLine } from "@/ui/progress-line";
import { words as documentWords } from "../documents/words";
import { words } from "./words";

export function RunLine({ runId, doing, onEnd }: { runId: string; doing: string; onEnd: () => void }) {
  const { data: run } = useLiveRun(runId, onEnd);
  if (!run || isFinal(run.state)) return null;
  const isQueued = run.state === "queued";
  return (
    <div className="flex items-end gap-4">
      <div className="min-w-0 flex-1">
        <ProgressLine
          label={isQueued ? words.queued : run.message || doing}
          fraction={isQueued ? null : run.progress_fraction}
          startedAt={run.started_at ?? run.created_at}
        />
      </div>
      <Link href={`/runs/?id=${run.id}`} className="text-accent text-sm hover:underline">
        {documentWords.seeRun}
      </Link>
    </div>
  );
}

"use client";
/** One line about the run: how far it is and how to end it, or how it ended and how to go on. */
import { RotateCcw } from "lucide-react";
import Link from "next/link";
import type { Run } from "@/api/types";
import { formatSeconds } from "@/lib/format";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ProgressLine } from "@/ui/progress-line";
import { RelativeTime } from "@/ui/relative-time";
import type { Editor } from "./use-editor";
import { words } from "./words";

export function RunLine({ editor, run, readOnly }: { editor: Editor; run: Run; readOnly: boolean }) {
  if (editor.isLive) {
    const hasResult = run.steps.some(({ trials }) => trials.some(({ state }) => state === "succeeded"));
    return (
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1">
          <ProgressLine
            label={run.message || words.editor.running}
            fraction={run.progress_fraction}
            startedAt={run.started_at}
          />
        </div>
        {hasResult && !readOnly && (
          <Button size="sm" disabled={run.is_finishing || run.is_cancelling} onClick={() => void editor.finish()}>
            {run.is_finishing ? words.drawer.finishing : words.drawer.finish}
          </Button>
        )}
      </div>
    );
  }
  const canRetry = !readOnly && (run.state === "failed" || run.state === "cancelled");
  return (
    <p className="flex items-center justify-end gap-2 text-muted text-sm" role="status">
      <StateBadge state={run.state} />
      {run.error ? (
        <span className="truncate text-bad" title={run.error.message}>
          {run.error.message}
        </span>
      ) : (
        formatSeconds(run.cost?.wall_seconds)
      )}
      <RelativeTime at={run.finished_at} />
      {canRetry && (
        <Button size="sm" title={words.drawer.retryHint} onClick={() => void editor.start(targetOf(run))}>
          <RotateCcw />
          {words.drawer.retry}
        </Button>
      )}
      <Link
        href={`/runs/?id=${run.id}`}
        className="inline-flex min-h-6 shrink-0 items-center text-accent hover:underline"
      >
        {words.drawer.openRun}
      </Link>
    </p>
  );
}

/** The same part of the workflow, as it is now. What was finished is reused, so a run that was to begin anew goes on. */
function targetOf(run: Run) {
  const until = typeof run.spec.until === "string" ? run.spec.until : null;
  return { until, anew: null };
}

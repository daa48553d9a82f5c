"use client";
/** What a run makes: its progress while it goes on, why nothing came of it, or what it made. */
import Link from "next/link";
import type { ReactNode } from "react";
import { useLiveRun } from "@/api/runs";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ProgressLine } from "@/ui/progress-line";

type Making = { state: "running" | "ready" | "failed"; run_id: string | null; error: string | null };
type Props = {
  of: Making;
  said: { running: string; failed: string; openRun: string };
  onEnd: () => void;
  children: ReactNode;
};

export function Made({ of, said, onEnd, children }: Props) {
  if (of.state === "running") return <Work runId={of.run_id} label={said.running} onEnd={onEnd} />;
  if (of.state === "ready") return children;
  return (
    <EmptyState
      title={said.failed}
      actions={
        of.run_id && (
          <Button asChild>
            <Link href={`/runs/?id=${of.run_id}`}>{said.openRun}</Link>
          </Button>
        )
      }
    >
      {of.error}
    </EmptyState>
  );
}

function Work({ runId, label, onEnd }: { runId: string | null; label: string; onEnd: () => void }) {
  const { data: run } = useLiveRun(runId, onEnd);
  return (
    <div className="max-w-[72ch] p-4">
      <ProgressLine
        label={run?.message || label}
        fraction={run?.progress_fraction ?? null}
        startedAt={run?.started_at}
      />
    </div>
  );
}

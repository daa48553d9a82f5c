"use client";
/** The sync as it goes, with a way to cancel it; or why the last one failed. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleStop } from "lucide-react";
import Link from "next/link";
import { isFinal, runQuery } from "@/api/runs";
import type { Run } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { ProgressLine } from "@/ui/progress-line";
import type { Collection } from "../types";
import { cancelRun } from "./queries";
import { useSync } from "./use-sync";
import { words } from "./words";

export function SyncLine({ collection }: { collection: Collection }) {
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: ["collections"] });
  // The page follows the run; here it is only read.
  const { data: run } = useQuery({ ...runQuery(collection.run_id ?? ""), enabled: collection.run_id !== null });
  if (run && !isFinal(run.state)) return <Going run={run} progress={collection.progress} onSettled={refresh} />;
  if (collection.state === "failed") return <Failed collection={collection} />;
  return null;
}

type GoingProps = { run: Run; progress: Collection["progress"]; onSettled: () => void };

function Going({ run, progress, onSettled }: GoingProps) {
  const cancel = useMutation({ mutationFn: cancelRun, onSettled });
  const isStopping = cancel.isPending || cancel.isSuccess || run.is_cancelling;
  const isQueued = run.state === "queued";
  return (
    <div className="grid gap-2 border-line border-b px-4 py-3">
      <ProgressLine
        label={isQueued ? words.queued : run.message || words.syncing}
        fraction={isQueued ? null : run.progress_fraction}
        startedAt={run.started_at ?? run.created_at}
        secondsLeft={progress?.seconds_left}
      />
      <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
        <span className="numbers text-muted">{[...factsOf(progress), words.leave].join(" · ")}</span>
        <span className="flex items-center gap-3">
          <Link href={`/runs/?id=${run.id}`} className="text-accent hover:underline">
            {words.seeRun}
          </Link>
          <Button size="sm" disabled={isStopping} onClick={() => cancel.mutate(run.id)}>
            <CircleStop />
            {isStopping ? words.cancelling : words.cancel}
          </Button>
        </span>
      </div>
      <InlineError error={cancel.error} />
    </div>
  );
}

/** Beside what the run itself says. */
function factsOf(progress: Collection["progress"]): string[] {
  const speed = progress?.chunks_per_second;
  return speed ? [words.speed(formatNumber(speed))] : [];
}

function Failed({ collection }: { collection: Collection }) {
  const sync = useSync(collection.id);
  const { error, run_id: runId } = collection;
  return (
    <div role="alert" className="grid gap-1 border-line border-b bg-bad-soft px-4 py-3">
      <p className="font-medium">{words.syncFailed}</p>
      {error && <p className="[overflow-wrap:anywhere]">{error.message}</p>}
      {error?.hint && <p className="text-muted text-sm">{error.hint}</p>}
      <div className="flex flex-wrap gap-2 pt-1">
        <Button size="sm" disabled={sync.isPending} onClick={() => sync.mutate()}>
          {words.syncAgain}
        </Button>
        {runId && (
          <Button size="sm" look="quiet" asChild>
            <Link href={`/runs/?id=${runId}`}>{words.seeRun}</Link>
          </Button>
        )}
      </div>
      <InlineError error={sync.error} />
    </div>
  );
}

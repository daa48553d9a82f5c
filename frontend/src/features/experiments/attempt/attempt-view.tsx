"use client";
/** One attempt: what it is doing, how far it is, and how each configuration stands. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useLiveRun } from "@/api/runs";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { ProgressLine } from "@/ui/progress-line";
import { TableSkeleton } from "@/ui/skeleton";
import { AttemptBadge } from "../attempt-badge";
import { attemptQuery, isLive } from "../queries";
import { useScorerTitle } from "../scorer-titles";
import type { Attempt } from "../types";
import { words as shared } from "../words";
import { AttemptActions } from "./attempt-actions";
import { AttemptFacts } from "./facts";
import { Interruption } from "./interruption";
import { sentenceOf } from "./sentence";
import { Standings } from "./standings";
import { words } from "./words";

export function AttemptView({ id, number }: { id: string; number: number }) {
  const attempt = useQuery(attemptQuery(id, number));
  useFollowed(id, attempt.data);
  if (attempt.error)
    return <ErrorState error={attempt.error} title={words.failedToLoad} retry={() => void attempt.refetch()} />;
  if (!attempt.data) return <TableSkeleton label={words.kept} />;
  return <Shown attempt={attempt.data} />;
}

/** Everything that is shown of the experiment is read again when its run ends. */
function useFollowed(id: string, attempt: Attempt | undefined) {
  const client = useQueryClient();
  const live = attempt && isLive(attempt.state) ? attempt.run_id : null;
  useLiveRun(live, () => {
    void client.invalidateQueries({ queryKey: ["experiments", "attempt", id] });
    void client.invalidateQueries({ queryKey: ["experiments", "attempts", id] });
    void client.invalidateQueries({ queryKey: ["experiments", "one", id] });
    void client.invalidateQueries({ queryKey: ["experiments", "results", id] });
  });
}

function Shown({ attempt }: { attempt: Attempt }) {
  const live = isLive(attempt.state);
  const { running } = attempt;
  const titleOf = useScorerTitle();
  return (
    <div className="grid min-w-0 grid-cols-1 gap-4 py-4">
      <div className="flex flex-wrap items-start justify-between gap-3 px-4">
        <div className="grid max-w-[72ch] gap-1">
          <p className="flex flex-wrap items-center gap-2">
            <AttemptBadge state={attempt.state} />
            {attempt.is_scripted && (
              <span title={shared.scriptedHelp}>
                <Badge tone="warn">{shared.scripted}</Badge>
              </span>
            )}
          </p>
          <p role="status">{sentenceOf(attempt)}</p>
        </div>
        <AttemptActions attempt={attempt} />
      </div>
      {live && <Progress attempt={attempt} />}
      {live && attempt.run_id && <Interruption runId={attempt.run_id} />}
      {running.pauses.map(({ llm, seconds_left, why }) => (
        <p key={llm} role="status" className="mx-4 rounded-md bg-warn-soft px-3 py-2 text-sm">
          {words.pause(llm, seconds_left, why)}
        </p>
      ))}
      <div className="px-4">
        <AttemptFacts attempt={attempt} />
      </div>
      {running.configurations.length > 0 && (
        <div>
          <Standings standings={running.configurations} isLive={live} titleOf={titleOf} />
          <p className="px-4 pt-2 text-muted text-sm">{words.independent}</p>
        </div>
      )}
      <p className="flex flex-wrap items-baseline gap-x-3 px-4 text-muted text-sm">
        <span>{words.madeOf(attempt.dataset_name, attempt.code_version)}</span>
        {attempt.run_id && (
          <Button asChild look="link" size="inline">
            <Link href={`/runs/?id=${attempt.run_id}`}>{words.openRun}</Link>
          </Button>
        )}
      </p>
    </div>
  );
}

/** The run's own events are quicker than the row that notes how it stands. */
function Progress({ attempt }: { attempt: Attempt }) {
  const { data: run } = useLiveRun(attempt.run_id);
  const share = attempt.n_planned > 0 ? attempt.n_done / attempt.n_planned : null;
  const isAsking = run?.state === "running";
  return (
    <div className="px-4">
      <ProgressLine
        label={(isAsking && run.message) || words.progress(attempt.n_done, attempt.n_planned)}
        fraction={attempt.state === "queued" ? null : ((isAsking ? run.progress_fraction : null) ?? share)}
        startedAt={run?.started_at}
        secondsLeft={attempt.running.seconds_left}
      />
    </div>
  );
}

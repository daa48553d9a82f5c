"use client";
/** What came out of a node: metrics with their sample size, by class and group, charts, and the model. */
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import type { NodeDocument } from "@/canvas/types";
import { Button } from "@/ui/button";
import { Charts } from "@/ui/charts";
import { ErrorState } from "@/ui/error-state";
import { NarrowLeaderboard } from "@/ui/leaderboard";
import { MetricList } from "@/ui/metric-list";
import { ReportTable } from "@/ui/report-table";
import { Skeleton } from "@/ui/skeleton";
import { resultQuery } from "./queries";
import type { Editor } from "./use-editor";
import { words } from "./words";

type Props = { editor: Editor; node: NodeDocument; runHere: ReactNode };

export function NodeResults(props: Props) {
  const { editor, node } = props;
  const state = editor.states.get(node.id)?.state;
  const isUnderWay = editor.isLive && (state === "running" || state === "waiting");
  return isUnderWay ? <UnderWay editor={editor} node={node} isWaiting={state === "waiting"} /> : <Kept {...props} />;
}

/** While the node runs: what it is doing, and its candidates as they come in. */
function UnderWay({ editor, node, isWaiting }: { editor: Editor; node: NodeDocument; isWaiting: boolean }) {
  const step = editor.run?.steps.find(({ id }) => id === node.id);
  const trials = step?.trials ?? [];
  return (
    <div className="grid gap-4 p-4">
      <p role="status" className="text-muted">
        {isWaiting ? words.panel.waiting : (step?.message ?? words.panel.running)}
      </p>
      {trials.length > 0 && <NarrowLeaderboard trials={trials} />}
    </div>
  );
}

function Kept({ editor, node, runHere }: Props) {
  const result = useQuery(resultQuery(editor.id, node.id, editor.save.version));
  if (result.isPending) {
    return (
      <div role="status" aria-label={words.panel.results} className="grid gap-3 p-4">
        <Skeleton className="h-40" />
        <Skeleton className="h-56" />
      </div>
    );
  }
  if (result.error) {
    return <ErrorState error={result.error} title={words.panel.resultFailed} retry={() => void result.refetch()} />;
  }
  const { state, fresh, metrics, charts, reports, trials, model_id, message } = result.data;
  const isEmpty = [metrics, charts, reports, trials].every((part) => part.length === 0) && !model_id;
  return (
    <div className="grid gap-5 p-4">
      {!fresh && state !== "never" && !isEmpty && <p className="text-sm text-warn">{words.panel.stale}</p>}
      {message && state !== "never" && <p className={state === "failed" ? "text-bad" : "text-muted"}>{message}</p>}
      {model_id && (
        <Button asChild className="justify-self-start">
          <Link href={`/models/?id=${model_id}`}>{words.panel.model}</Link>
        </Button>
      )}
      {isEmpty && (
        <div className="grid justify-items-start gap-2 text-muted">
          <p>{state === "never" ? words.panel.neverRan : words.panel.noResults}</p>
          {state === "never" && runHere}
        </div>
      )}
      {metrics.length > 0 && <MetricList metrics={metrics} />}
      {trials.length > 0 && <NarrowLeaderboard trials={trials} />}
      {reports.map((report) => (
        <ReportTable key={report.id} report={report} />
      ))}
      <Charts charts={charts} />
    </div>
  );
}

import type { ColumnDef } from "@tanstack/react-table";
import type { Run } from "@/api/types";
import { formatSeconds } from "@/lib/format";
import { type ShownState, StateBadge } from "@/ui/badge";
import { RelativeTime } from "@/ui/relative-time";
import { words } from "./words";

export const shownState = (run: Run): ShownState => (run.is_cancelling ? "cancelling" : run.state);

/** Wall-clock seconds from start to end, or until now while it goes. */
export function secondsOf(run: Run, now = Date.now()): number | null {
  if (!run.started_at) return null;
  const end = run.finished_at ? new Date(run.finished_at).getTime() : now;
  return Math.max(0, (end - new Date(run.started_at).getTime()) / 1000);
}

export const columns: ColumnDef<Run, unknown>[] = [
  {
    id: "state",
    header: words.columns.state,
    accessorFn: (run) => run.state,
    cell: ({ row }) => <StateBadge state={shownState(row.original)} />,
    size: 132,
  },
  {
    id: "title",
    header: words.columns.title,
    accessorFn: (run) => run.title,
    cell: ({ row }) => <Title run={row.original} />,
  },
  {
    id: "created",
    header: words.columns.created,
    accessorFn: (run) => run.created_at,
    cell: ({ row }) => <RelativeTime at={row.original.created_at} />,
    meta: { isWideOnly: true },
    size: 136,
  },
  {
    id: "duration",
    header: words.columns.duration,
    accessorFn: (run) => secondsOf(run),
    cell: ({ row }) => formatSeconds(secondsOf(row.original)),
    meta: { isNumber: true },
    size: 104,
  },
];

function Title({ run }: { run: Run }) {
  const isGoing = run.state === "running";
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <span className="truncate" title={run.title}>
        {run.title}
      </span>
      {isGoing && <span className="shrink-0 text-muted">{Math.floor(run.progress_fraction * 100)} %</span>}
    </span>
  );
}

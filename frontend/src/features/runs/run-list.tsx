"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { RunState } from "@/api/types";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { columns } from "./columns";
import { runsQuery } from "./queries";
import { words } from "./words";

type Props = { state: RunState | null; openId: string | null; onOpen: (id: string) => void };

/** All runs, newest first. */
export function RunList({ state, openId, onOpen }: Props) {
  const query = useInfiniteQuery(runsQuery(state));
  if (query.isPending) return <TableSkeleton label={words.loading} />;
  if (query.isError) return <ErrorState error={query.error} title={words.failedList} retry={() => query.refetch()} />;
  const runs = query.data.pages.flatMap((page) => page.items);
  if (runs.length === 0) return <NoRuns isFiltered={state !== null} />;
  return (
    <>
      <Table
        label={words.title}
        rows={runs}
        columns={columns}
        rowId={(run) => run.id}
        openId={openId}
        onOpen={(run) => onOpen(run.id)}
      />
      {query.hasNextPage && (
        <div className="p-3">
          <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </>
  );
}

function NoRuns({ isFiltered }: { isFiltered: boolean }) {
  const [, setState] = useParam("state");
  if (isFiltered)
    return (
      <EmptyState
        title={words.emptyFiltered}
        actions={<Button onClick={() => setState(null, "replace")}>{words.showAll}</Button>}
      />
    );
  return (
    <EmptyState
      title={words.empty}
      actions={
        <Button asChild look="primary">
          <Link href="/data/">{words.addData}</Link>
        </Button>
      }
    >
      {words.emptyHelp}
    </EmptyState>
  );
}

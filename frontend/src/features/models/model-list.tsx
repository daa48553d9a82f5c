"use client";
/** All models: what each predicts, how well, and from what. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { GitCompare } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useEngineTitle } from "@/api/kinds";
import type { Lineage } from "@/api/types";
import { useDebounced } from "@/lib/debounced";
import { formatCount, formatMetric } from "@/lib/format";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Checkbox, Input } from "@/ui/field";
import { Page } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { AddCheckpoint } from "./checkpoints/add-checkpoint";
import { mainMetric } from "./metrics";
import { listQuery } from "./queries";
import { words } from "./words";

const AT_ONCE = 20;

export function ModelList() {
  const router = useRouter();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const settled = useDebounced(search.trim(), 250);
  const list = useInfiniteQuery(listQuery(settled));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = list.isSuccess && rows.length === 0 && settled === "";
  const toggle = (id: string, on: boolean) =>
    setChosen((before) => (on ? [...before, id].slice(-AT_ONCE) : before.filter((other) => other !== id)));
  const columns = columnsWith(chosen, toggle, useEngineTitle());
  return (
    <Page
      title={words.title}
      actions={
        <>
          {rows.length > 1 && (
            <Button
              className="max-md:hidden"
              disabled={chosen.length < 2}
              onClick={() => router.push(`/models/?compare=${chosen.join(",")}`)}
            >
              <GitCompare />
              {words.compare(chosen.length)}
            </Button>
          )}
          <AddCheckpoint />
        </>
      }
    >
      {!isEmpty && (
        <div className="px-4 py-3">
          <Input
            type="search"
            className="max-w-72"
            aria-label={words.search}
            placeholder={words.search}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
      )}
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.error && <ErrorState error={list.error} title={words.loadFailed} retry={() => void list.refetch()} />}
      {isEmpty && (
        <EmptyState
          title={words.empty.title}
          actions={
            <Button look="primary" asChild>
              <Link href="/workflows/">{words.empty.action}</Link>
            </Button>
          }
        >
          {words.empty.text}
        </EmptyState>
      )}
      {list.isSuccess && rows.length === 0 && settled !== "" && <EmptyState title={words.noneFound(settled)} />}
      {rows.length > 0 && (
        <Table
          label={words.title}
          rows={rows}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={(row) => router.push(`/models/?id=${row.promoted.id}`)}
        />
      )}
      {list.hasNextPage && (
        <div className="p-4">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </Page>
  );
}

function columnsWith(
  chosen: readonly string[],
  toggle: (id: string, on: boolean) => void,
  engineTitle: (kind: string) => string,
): ColumnDef<Lineage, unknown>[] {
  return [
    {
      id: "chosen",
      header: () => <span className="sr-only">{words.columns.chosen}</span>,
      enableSorting: false,
      size: 40,
      cell: ({ row }) => (
        <Checkbox
          aria-label={words.choose(row.original.promoted.name)}
          checked={chosen.includes(row.original.promoted.id)}
          onClick={(event) => event.stopPropagation()}
          onChange={(event) => toggle(row.original.promoted.id, event.target.checked)}
        />
      ),
      meta: { isWideOnly: true },
    },
    {
      id: "name",
      header: words.columns.name,
      accessorFn: (row) => row.promoted.name,
      cell: ({ row }) => <span className="font-medium">{row.original.promoted.name}</span>,
    },
    {
      id: "versions",
      header: words.columns.versions,
      accessorFn: (row) => row.n_versions,
      cell: ({ row }) => versionsText(row.original),
      meta: { isWideOnly: true },
    },
    { id: "task", header: words.columns.task, accessorFn: (row) => row.promoted.task, meta: { isWideOnly: true } },
    {
      id: "engine",
      header: words.columns.engine,
      accessorFn: (row) => engineTitle(row.promoted.engine),
      cell: ({ row }) => engineTitle(row.original.promoted.engine),
      meta: { isWideOnly: true },
    },
    {
      id: "metric",
      header: words.columns.metric,
      accessorFn: (row) => mainMetric(row.promoted)?.value ?? Number.NEGATIVE_INFINITY,
      cell: ({ row }) => {
        const main = mainMetric(row.original.promoted);
        return main && `${main.label} ${formatMetric(main.value)}`;
      },
      meta: { isNumber: true },
    },
    {
      id: "rows",
      header: words.columns.rows,
      accessorFn: (row) => mainMetric(row.promoted)?.n ?? 0,
      cell: ({ row }) => {
        const main = mainMetric(row.original.promoted);
        return main && <span className="text-muted">{words.measured(main.split, formatCount(main.n))}</span>;
      },
      meta: { isWideOnly: true },
    },
    {
      id: "dataset",
      header: words.columns.dataset,
      accessorFn: (row) => row.promoted.dataset?.name ?? "",
      cell: ({ row }) => row.original.promoted.dataset?.name ?? null,
      meta: { isWideOnly: true },
    },
    {
      id: "created_at",
      header: words.columns.made,
      accessorFn: (row) => row.newest.created_at,
      cell: ({ row }) => <RelativeTime at={row.original.newest.created_at} />,
    },
  ];
}

/** How many there are, and whether a newer one than the served waits. */
function versionsText({ n_versions: n, promoted, newest }: Lineage) {
  return (
    <>
      {words.versions.count(n)}
      {newest.version > promoted.version && (
        <span className="text-muted"> · {words.versions.newer(newest.version)}</span>
      )}
    </>
  );
}

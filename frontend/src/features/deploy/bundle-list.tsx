"use client";
/** All bundles that were made here. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useRouter } from "next/navigation";
import { formatBytes, formatCount } from "@/lib/format";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Missing, Table } from "@/ui/table";
import { NewBundle } from "./new-bundle";
import { usePlatformTitle } from "./platforms";
import { bundleHref, bundlesQuery } from "./queries";
import type { Bundle } from "./types";
import { bundles as words } from "./words";

export function BundleList() {
  const router = useRouter();
  const titleOf = usePlatformTitle();
  const list = useInfiniteQuery(bundlesQuery);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.error && <ErrorState error={list.error} title={words.loadFailed} retry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && (
        <EmptyState title={words.empty.title} actions={<NewBundle />}>
          {words.empty.text}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <Table
          label={words.columns.name}
          rows={rows}
          columns={columnsWith(titleOf)}
          rowId={(row) => row.id}
          onOpen={(row) => router.push(bundleHref(row.id))}
        />
      )}
      {list.hasNextPage && (
        <div className="p-4">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </>
  );
}

const columnsWith = (titleOf: (kind: string) => string): ColumnDef<Bundle, unknown>[] => [
  {
    accessorKey: "name",
    header: words.columns.name,
    cell: ({ row }) => <bdi className="font-medium">{row.original.name}</bdi>,
  },
  { id: "platform", header: words.columns.platform, accessorFn: (row) => titleOf(String(row.platform.kind)) },
  { accessorKey: "state", header: words.columns.state, cell: ({ row }) => <StateBadge state={row.original.state} /> },
  {
    accessorKey: "n_files",
    header: words.columns.files,
    cell: ({ row }) => (row.original.state === "ready" ? formatCount(row.original.n_files) : <Missing />),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    accessorKey: "size_bytes",
    header: words.columns.size,
    cell: ({ row }) => (row.original.state === "ready" ? formatBytes(row.original.size_bytes) : <Missing />),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    accessorKey: "created_at",
    header: words.columns.at,
    cell: ({ row }) => <RelativeTime at={row.original.created_at} />,
    meta: { isWideOnly: true },
  },
];

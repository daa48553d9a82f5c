"use client";
/** All audits: what came out for each platform, and what changed since the one before. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useRouter } from "next/navigation";
import { formatCount } from "@/lib/format";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { countsOf, Verdicts } from "./badges";
import { NewAudit } from "./new-audit";
import { auditHref, auditsQuery } from "./queries";
import type { Audit } from "./types";
import { words } from "./words";

export function AuditList() {
  const router = useRouter();
  const list = useInfiniteQuery(auditsQuery);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = list.isSuccess && rows.length === 0;
  return (
    <>
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.error && <ErrorState error={list.error} title={words.loadFailed} retry={() => void list.refetch()} />}
      {isEmpty && (
        <EmptyState title={words.empty.title} actions={<NewAudit isPrimary isOnlyUpload />}>
          {words.empty.text}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <Table
          label={words.tabs.audits}
          rows={rows}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={(row) => router.push(auditHref(row.id))}
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

/** What changed since the audit before, in words. */
export function changesOf({ n_new: added, n_gone: gone }: Audit): string {
  if (added === null || gone === null) return words.first;
  return [added > 0 && words.new(added), gone > 0 && words.gone(gone)].filter(Boolean).join(", ") || words.noChange;
}

const columns: ColumnDef<Audit, unknown>[] = [
  {
    accessorKey: "name",
    header: words.columns.name,
    cell: ({ row }) => (
      <bdi className="font-medium" title={row.original.name}>
        {row.original.name}
      </bdi>
    ),
  },
  {
    id: "verdicts",
    header: words.columns.verdicts,
    cell: ({ row: { original } }) =>
      original.state === "ready" ? <Verdicts audit={original} /> : <StateBadge state={original.state} />,
  },
  {
    id: "findings",
    header: words.columns.findings,
    cell: ({ row: { original } }) => (original.state === "ready" ? countsOf(original.counts) : "–"),
    meta: { isWideOnly: true },
  },
  {
    id: "changes",
    header: words.columns.changes,
    cell: ({ row: { original } }) => (original.state === "ready" ? changesOf(original) : "–"),
    meta: { isWideOnly: true },
  },
  {
    accessorKey: "n_files",
    header: words.columns.files,
    cell: ({ row }) => formatCount(row.original.n_files),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    accessorKey: "created_at",
    header: words.columns.at,
    cell: ({ row }) => <RelativeTime at={row.original.created_at} />,
    meta: { isWideOnly: true },
  },
];

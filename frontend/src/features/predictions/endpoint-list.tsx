"use client";
/** Everything that can be called. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import Link from "next/link";
import { useRouter } from "next/navigation";
import type { Endpoint, Signature } from "@/api/types";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { batchesHref } from "./batches/places";
import { words as batchWords } from "./batches/words";
import { listQuery } from "./queries";
import { words } from "./words";

export function EndpointList() {
  const router = useRouter();
  const list = useInfiniteQuery(listQuery);
  // A collection is asked on its own page: here is what predicts.
  const all = list.data?.pages.flatMap((page) => page.items) ?? [];
  const rows = all.filter(({ servable }) => servable.kind !== "collection");
  return (
    <Page
      title={words.title}
      actions={
        <Button asChild>
          <Link href={batchesHref}>{batchWords.all}</Link>
        </Button>
      }
    >
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.error && <ErrorState error={list.error} title={words.loadFailed} retry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && !list.hasNextPage && (
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
      {rows.length > 0 && (
        <Table
          label={words.title}
          rows={rows}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={(row) => router.push(`/predict/?id=${row.id}`)}
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

function kindOf({ name, classes, is_said }: Signature["output"]): string {
  if (!classes) return is_said ? words.text : words.number;
  return name ? words.classes(classes.length) : words.clusters(classes.length);
}

const columns: ColumnDef<Endpoint, unknown>[] = [
  {
    accessorKey: "name",
    header: words.columns.name,
    cell: ({ row }) => <span className="font-medium">{row.original.name}</span>,
  },
  {
    id: "predicts",
    header: words.columns.predicts,
    accessorFn: (row) => row.signature.output.name,
    cell: ({ row }) => {
      const { output } = row.original.signature;
      return (
        <>
          {output.name || "–"} <span className="text-muted">{kindOf(output)}</span>
        </>
      );
    },
  },
  {
    id: "inputs",
    header: words.columns.inputs,
    accessorFn: (row) => row.signature.inputs.length,
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    accessorKey: "n_calls",
    header: words.columns.calls,
    cell: ({ row }) => formatCount(row.original.n_calls),
    meta: { isNumber: true },
  },
  {
    accessorKey: "created_at",
    header: words.columns.made,
    cell: ({ row }) => <RelativeTime at={row.original.created_at} />,
    meta: { isWideOnly: true },
  },
];

"use client";
/** All collections: what is in each, how much of it is indexed, and who answers. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useRouter } from "next/navigation";
import { formatCount, formatFraction } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { NewCollectionButton } from "./create/new-collection";
import { UseSample } from "./create/use-sample";
import { collectionHref } from "./places";
import { collectionsQuery } from "./queries";
import { CollectionBadge } from "./state-badge";
import type { Collection } from "./types";
import { words } from "./words";

export function CollectionList() {
  const router = useRouter();
  const list = useInfiniteQuery(collectionsQuery);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = list.isSuccess && rows.length === 0;
  return (
    <Page title={words.title} actions={<NewCollectionButton />}>
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.error && <ErrorState error={list.error} title={words.loadFailed} retry={() => void list.refetch()} />}
      {isEmpty && (
        <EmptyState title={words.empty.title} actions={<UseSample />}>
          {words.empty.text}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <Table
          label={words.title}
          rows={rows}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={(row) => router.push(collectionHref(row.id))}
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

const shareIndexed = ({ n_words, n_words_indexed }: Collection) => (n_words > 0 ? n_words_indexed / n_words : null);

const columns: ColumnDef<Collection, unknown>[] = [
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
    accessorKey: "state",
    header: words.columns.state,
    cell: ({ row }) => <CollectionBadge state={row.original.state} />,
  },
  {
    accessorKey: "n_documents",
    header: words.columns.documents,
    cell: ({ row }) => formatCount(row.original.n_documents),
    meta: { isNumber: true },
  },
  {
    id: "words",
    header: words.columns.words,
    accessorFn: shareIndexed,
    cell: ({ row }) => formatFraction(shareIndexed(row.original)),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    id: "llm",
    header: words.columns.llm,
    accessorFn: (row) => row.llm?.name ?? words.extractive,
    cell: ({ row: { original } }) => (
      <>
        <bdi>{original.llm?.name ?? words.extractive}</bdi>{" "}
        {original.llm?.is_scripted && <Badge tone="warn">{words.scripted}</Badge>}
      </>
    ),
    meta: { isWideOnly: true },
  },
  {
    accessorKey: "synced_at",
    header: words.columns.synced,
    cell: ({ row }) => <RelativeTime at={row.original.synced_at} />,
    meta: { isWideOnly: true },
  },
];

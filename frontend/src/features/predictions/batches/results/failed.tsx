"use client";
/** The rows that could not be predicted, with the reason of each, and as a file to mend. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { Download } from "lucide-react";
import { useMemo } from "react";
import { address, get } from "@/api/client";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { WINDOW_ROWS } from "../queries";
import { CheckReport } from "../ready/check-report";
import type { Batch, ResultPage, ResultRow } from "../types";
import { words } from "../words";
import { cellText } from "./cells";

const SHOWN_INPUTS = 6;

export function Failed({ batch }: { batch: Batch }) {
  const rows = useInfiniteQuery({
    queryKey: ["batches", "rows", batch.id, "failed", batch.n_failed],
    queryFn: ({ pageParam, signal }) =>
      get<ResultPage>(`/batches/${batch.id}/rows`, { only: "failed", offset: pageParam, limit: WINDOW_ROWS }, signal),
    initialPageParam: 0,
    getNextPageParam: (page, pages) => {
      const n = pages.reduce((sum, { items }) => sum + items.length, 0);
      return page.items.length > 0 && n < page.total ? n : null;
    },
    enabled: batch.n_failed > 0,
  });
  const columns = useMemo(() => columnsOf(batch), [batch]);
  if (batch.n_failed === 0) return <EmptyState title={words.bad.none} />;
  const items = rows.data?.pages.flatMap((page) => page.items) ?? [];
  const reasons = batch.check?.reasons ?? [];
  return (
    <div className="grid min-h-0 flex-1 content-start gap-4 overflow-y-auto py-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4">
        <p className="min-w-0 max-w-[72ch] flex-1 max-md:basis-full">{words.bad.text}</p>
        <Button asChild>
          <a href={address(`/batches/${batch.id}/errors.csv`)} download>
            <Download />
            {words.bad.download}
          </a>
        </Button>
      </div>
      {reasons.length > 1 && batch.check && (
        <div className="px-4">
          <CheckReport check={batch.check} isPast />
        </div>
      )}
      {rows.isPending && <TableSkeleton label={words.table.loading} />}
      {rows.error && <ErrorState title={words.table.failedLoad} error={rows.error} retry={() => void rows.refetch()} />}
      {items.length > 0 && (
        <Table
          label={words.bad.title}
          rows={items}
          columns={columns}
          rowId={({ row }) => String(row)}
          canSort={false}
        />
      )}
      {rows.hasNextPage && (
        <div className="px-4">
          <Button disabled={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </div>
  );
}

function columnsOf(batch: Batch): ColumnDef<ResultRow, unknown>[] {
  return [
    {
      accessorKey: "row",
      header: words.bad.row,
      size: 76,
      meta: { isNumber: true },
      cell: ({ row: { original } }) => formatCount(original.row),
    },
    {
      accessorKey: "error",
      header: words.bad.why,
      cell: ({ row: { original } }) => <span title={original.error ?? undefined}>{original.error}</span>,
    },
    ...batch.signature.inputs.slice(0, SHOWN_INPUTS).map(
      ({ name }): ColumnDef<ResultRow, unknown> => ({
        id: `input ${name}`,
        header: name,
        accessorFn: ({ inputs }) => inputs[name],
        meta: { isWideOnly: true },
        cell: ({ row: { original } }) => <bdi>{cellText(original.inputs[name])}</bdi>,
      }),
    ),
  ];
}

"use client";

import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import type { Dataset } from "@/api/types";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Input } from "@/ui/field";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { PAGE_ROWS, rowsQuery } from "./queries";

/** More columns than this do not help anyone, and slow the page. */
const MAX_COLUMNS = 60;

/** The rows as they were read, a hundred at a time. */
export function Preview({ dataset }: { dataset: Dataset }) {
  const [page, setPage] = useState(0);
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const found = useMemo(
    () => dataset.columns.map((column) => column.name).filter((name) => name.toLowerCase().includes(wanted)),
    [dataset.columns, wanted],
  );
  const shown = useMemo(() => found.slice(0, MAX_COLUMNS), [found]);
  const rows = useQuery({ ...rowsQuery(dataset.id, page, shown), enabled: shown.length > 0 });
  const columns = useMemo(() => columnsOf(dataset, rows.data?.columns ?? []), [dataset, rows.data?.columns]);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4">
        <Input
          type="search"
          aria-label="Search columns"
          placeholder={`Search ${formatCount(dataset.n_columns)} columns`}
          className="sm:max-w-xs"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        {found.length > shown.length && (
          <p className="text-muted text-sm">
            The first {shown.length} of {formatCount(found.length)} columns; search for others.
          </p>
        )}
        <div className="flex-1" />
        <Pager page={page} total={rows.data?.total ?? dataset.n_rows ?? 0} onPage={setPage} />
      </div>
      {shown.length === 0 && <EmptyState title={`No column is called “${search.trim()}”`} />}
      {rows.isPending && shown.length > 0 && <TableSkeleton rows={10} label="Loading rows" />}
      {rows.isError && (
        <ErrorState error={rows.error} title="The rows could not be read" retry={() => rows.refetch()} />
      )}
      {rows.data && shown.length > 0 && (
        <Table label="Rows" rows={rows.data.rows} columns={columns} isSnug canSort={false} height="70vh" />
      )}
    </div>
  );
}

type Row = unknown[];

function columnsOf(dataset: Dataset, names: string[]): ColumnDef<Row, unknown>[] {
  const numbers = new Set(
    dataset.columns.filter((column) => column.dtype === "integer" || column.dtype === "float").map((c) => c.name),
  );
  return names.map((name, i) => ({
    id: `c${i}`,
    header: name,
    accessorFn: (row) => row[i],
    meta: { isNumber: numbers.has(name) },
    cell: (cell) => cellText(cell.getValue()),
  }));
}

/** Fractions are cut to six digits to be readable; the exact value is on hover and in the copy. */
function cellText(value: unknown) {
  if (value === null || value === undefined) return null;
  const isFraction = typeof value === "number" && !Number.isInteger(value);
  return <span title={String(value)}>{String(isFraction ? Number(value.toPrecision(6)) : value)}</span>;
}

type PagerProps = { page: number; total: number; onPage: (page: number) => void };

function Pager({ page, total, onPage }: PagerProps) {
  const first = page * PAGE_ROWS;
  const last = Math.min(first + PAGE_ROWS, total);
  return (
    <div className="numbers flex items-center gap-1 text-sm">
      <span className="text-muted" aria-live="polite">
        Rows {formatCount(Math.min(first + 1, total))} to {formatCount(last)} of {formatCount(total)}
      </span>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label="Earlier rows"
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        <ChevronLeft />
      </Button>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label="Later rows"
        disabled={last >= total}
        onClick={() => onPage(page + 1)}
      >
        <ChevronRight />
      </Button>
    </div>
  );
}

"use client";
/** What the columns are like that a node made or changed: missing and different values, and their range. */
import type { ColumnDef } from "@tanstack/react-table";
import type { NodeResult } from "@/api/types";
import { formatCount, formatFraction, formatNumber } from "@/lib/format";
import { Table } from "@/ui/table";
import { words } from "./words";

type Facts = NodeResult["columns"][number];

export function NodeProfile({ columns }: { columns: readonly Facts[] }) {
  if (columns.length === 0) return null;
  return (
    <div className="grid min-w-0 gap-1">
      <h3 className="font-medium text-sm">{words.panel.profile}</h3>
      <Table
        label={words.panel.profile}
        rows={columns}
        columns={COLUMNS}
        rowId={({ name }) => name}
        height={240}
        isInset
      />
    </div>
  );
}

const COLUMNS: ColumnDef<Facts, unknown>[] = [
  {
    accessorKey: "name",
    header: words.panel.profileColumns.name,
    cell: ({ row: { original } }) => (
      <span className="block max-w-[16ch] truncate" title={original.name}>
        {original.name}
      </span>
    ),
  },
  {
    accessorKey: "missing_fraction",
    header: words.panel.profileColumns.missing,
    cell: ({ row }) => formatFraction(row.original.missing_fraction),
    meta: { isNumber: true },
  },
  {
    accessorKey: "n_unique",
    header: words.panel.profileColumns.unique,
    cell: ({ row }) => formatCount(row.original.n_unique),
    meta: { isNumber: true },
  },
  {
    id: "range",
    header: words.panel.profileColumns.range,
    accessorFn: ({ minimum }) => minimum,
    cell: ({ row }) => rangeText(row.original),
    meta: { isNumber: true },
  },
];

export function rangeText({ minimum, maximum }: Pick<Facts, "minimum" | "maximum">): string | null {
  if (minimum === null || maximum === null) return null;
  const shown = (end: number | string) => (typeof end === "number" ? formatNumber(end) : end);
  return minimum === maximum ? shown(minimum) : `${shown(minimum)} to ${shown(maximum)}`;
}

"use client";

import type { ColumnDef } from "@tanstack/react-table";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { ColumnProfile, Profile } from "@/api/types";
import { formatCount, formatFraction, formatNumber } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { EmptyState } from "@/ui/empty-state";
import { Input } from "@/ui/field";
import { Table } from "@/ui/table";
import { ColumnChart, edgeText } from "./column-chart";

type Props = { profile: Profile; target: string | null; open: string | null; onOpen: (column: string) => void };

/** Every column in a line: what it is and how it looks. */
export function ColumnTable({ profile, target, open, onOpen }: Props) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const rows = profile.columns.filter((column) => column.name.toLowerCase().includes(wanted));
  const warned = new Set(profile.warnings.filter((w) => w.severity === "warning").map((warning) => warning.column));
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="px-4">
        <Input
          type="search"
          aria-label="Search columns"
          placeholder={`Search ${formatCount(profile.n_columns)} columns`}
          className="sm:max-w-xs"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      {rows.length === 0 ? (
        <EmptyState title={`No column is called “${search.trim()}”`} />
      ) : (
        <Table
          label="Columns"
          rows={rows}
          columns={columnsOf(profile, target, warned)}
          rowId={(column) => column.name}
          openId={open}
          onOpen={(column) => onOpen(column.name)}
        />
      )}
    </div>
  );
}

function columnsOf(profile: Profile, target: string | null, warned: Set<string | null>) {
  const columns: ColumnDef<ColumnProfile, unknown>[] = [
    {
      accessorKey: "name",
      header: "Column",
      cell: ({ row: { original: column } }) => (
        <span className="flex min-w-0 items-center gap-2 max-md:max-w-36">
          <span className="truncate font-medium" title={column.name}>
            {column.name}
          </span>
          {column.name === target && <Badge tone="accent">target</Badge>}
          {warned.has(column.name) && (
            <TriangleAlert aria-label="Has a warning" className="size-4 shrink-0 text-warn" />
          )}
        </span>
      ),
    },
    { accessorKey: "kind", header: "Kind", meta: { isWideOnly: true } },
    {
      id: "chart",
      header: "Values",
      enableSorting: false,
      size: 148,
      cell: ({ row: { original } }) => <ColumnChart column={original} />,
    },
    {
      accessorKey: "n_missing",
      header: "Missing",
      meta: { isNumber: true },
      cell: ({ row: { original: column } }) => formatFraction(column.missing_fraction),
    },
    {
      accessorKey: "n_unique",
      header: "Distinct",
      meta: { isNumber: true, isWideOnly: true },
      cell: (c) => formatCount(c.getValue<number | null>()),
    },
    {
      id: "range",
      header: "Range or most frequent",
      enableSorting: false,
      meta: { isWideOnly: true },
      accessorFn: rangeText,
      cell: (c) => c.getValue<string | null>(),
    },
    {
      accessorKey: "mean",
      header: "Mean",
      meta: { isNumber: true, isWideOnly: true },
      cell: ({ row: { original: column } }) =>
        column.mean === null || column.kind === "date" ? null : formatNumber(column.mean),
    },
  ];
  if (profile.target !== null && profile.target === target)
    columns.push({
      id: "association",
      header: "With target (0–1)",
      meta: { isNumber: true, isWideOnly: true },
      accessorFn: (column) => column.target_association?.value ?? null,
      cell: (c) => (c.getValue() === null ? null : c.getValue<number>().toFixed(2)),
    });
  return columns;
}

function rangeText(column: ColumnProfile): string | null {
  const { quantiles } = column;
  if (quantiles?.min != null && quantiles.max != null)
    return `${edgeText(column, quantiles.min)} to ${edgeText(column, quantiles.max)}`;
  return column.top_values.length > 0
    ? column.top_values
        .map((item) => item.value)
        .slice(0, 3)
        .join(", ")
    : null;
}

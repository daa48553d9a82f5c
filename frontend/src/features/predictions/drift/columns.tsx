/** The columns of the tables of drift. */

import type { ColumnDef } from "@tanstack/react-table";
import type { ColumnDrift, ShiftedWord } from "@/api/types";
import { Badge } from "@/ui/badge";
import { barsOf } from "./bars";
import { shareText } from "./shares";
import { TwoHistograms } from "./two-histograms";
import { words } from "./words";

const { columns: headers, wordColumns: wordHeaders } = words;

const pText = (p: number) => (p < 0.001 ? "< 0.001" : p.toFixed(3));

export const columnColumns: ColumnDef<ColumnDrift, unknown>[] = [
  {
    accessorKey: "name",
    header: headers.name,
    cell: ({ row: { original } }) => (
      <span className="inline-flex max-w-full items-center gap-2">
        <bdi className="truncate font-medium" title={original.name}>
          {original.name}
        </bdi>
        {original.is_drifted && <Badge tone="warn">{words.drifted}</Badge>}
      </span>
    ),
  },
  {
    accessorKey: "psi",
    header: headers.psi,
    cell: ({ row }) => (row.original.psi === null ? null : row.original.psi.toFixed(3)),
    meta: { isNumber: true },
  },
  {
    id: "shape",
    header: headers.shape,
    enableSorting: false,
    cell: ({ row: { original } }) => <TwoHistograms name={original.name} bars={barsOf(original)} />,
    size: 200,
  },
  {
    accessorKey: "told",
    header: headers.told,
    cell: ({ row }) => <span className="block whitespace-normal py-1.5">{row.original.told}</span>,
    meta: { isWideOnly: true },
  },
  {
    accessorKey: "ks",
    header: headers.ks,
    cell: ({ row }) => (row.original.ks === null ? null : row.original.ks.toFixed(3)),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    accessorKey: "p_value",
    header: headers.p,
    cell: ({ row }) => (row.original.p_value === null ? null : pText(row.original.p_value)),
    meta: { isNumber: true, isWideOnly: true },
  },
];

export const wordColumns: ColumnDef<ShiftedWord, unknown>[] = [
  {
    accessorKey: "word",
    header: wordHeaders.word,
    cell: ({ row }) => <bdi className="font-medium">{row.original.word}</bdi>,
  },
  { accessorKey: "column", header: wordHeaders.column, meta: { isWideOnly: true } },
  {
    accessorKey: "training",
    header: wordHeaders.training,
    cell: ({ row }) => shareText(row.original.training),
    meta: { isNumber: true },
  },
  {
    accessorKey: "recent",
    header: wordHeaders.recent,
    cell: ({ row }) => shareText(row.original.recent),
    meta: { isNumber: true },
  },
  {
    accessorKey: "z",
    header: wordHeaders.z,
    cell: ({ row }) => row.original.z.toFixed(1).replace("-", "−"),
    meta: { isNumber: true },
  },
];

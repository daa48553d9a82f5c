"use client";
/** The columns of the list of batches. */
import type { ColumnDef } from "@tanstack/react-table";
import Link from "next/link";
import { formatCount } from "@/lib/format";
import { StateBadge } from "@/ui/badge";
import { Checkbox } from "@/ui/field";
import { RelativeTime } from "@/ui/relative-time";
import { batchHref } from "./places";
import type { Batch } from "./types";
import { words } from "./words";

type Picking = { isOfAll: boolean; picked: readonly string[]; setPicked: (ids: readonly string[]) => void };

export function listColumns({ isOfAll, picked, setPicked }: Picking): ColumnDef<Batch, unknown>[] {
  const toggle = (id: string) =>
    setPicked(picked.includes(id) ? picked.filter((each) => each !== id) : [...picked, id]);
  const columns: ColumnDef<Batch, unknown>[] = [
    {
      id: "pick",
      header: () => <span className="sr-only">{words.columns.compare}</span>,
      enableSorting: false,
      size: 44,
      meta: { isWideOnly: true },
      cell: ({ row: { original: batch } }) =>
        batch.state === "succeeded" ? (
          <Checkbox
            aria-label={words.pick(batch.name)}
            className="align-middle"
            checked={picked.includes(batch.id)}
            onClick={(event) => event.stopPropagation()}
            onChange={() => toggle(batch.id)}
          />
        ) : (
          ""
        ),
    },
    { accessorKey: "name", header: words.columns.name, cell: ({ row }) => <NameCell batch={row.original} /> },
  ];
  if (isOfAll)
    columns.push({ accessorKey: "endpoint_name", header: words.columns.endpoint, meta: { isWideOnly: true } });
  return columns.concat([
    {
      accessorKey: "state",
      header: words.columns.state,
      cell: ({ row: { original } }) => <StateBadge state={original.state} word={words.states[original.state]} />,
    },
    {
      accessorKey: "n_rows",
      header: words.columns.rows,
      meta: { isNumber: true },
      cell: ({ row: { original } }) => countCell(original.n_rows),
    },
    {
      accessorKey: "n_failed",
      header: words.columns.failed,
      meta: { isNumber: true, isWideOnly: true },
      cell: ({ row: { original } }) => (original.finished_at ? countCell(original.n_failed) : null),
    },
    {
      accessorKey: "n_unsure",
      header: words.columns.unsure,
      meta: { isNumber: true, isWideOnly: true },
      cell: ({ row: { original } }) => countCell(original.n_unsure),
    },
    {
      id: "label",
      accessorFn: labelOf,
      header: words.columns.label,
      meta: { isWideOnly: true },
      cell: ({ row: { original } }) => labelOf(original),
    },
    {
      accessorKey: "created_at",
      header: words.columns.made,
      meta: { isWideOnly: true },
      cell: ({ row: { original } }) => <RelativeTime at={original.created_at} />,
    },
  ]);
}

const countCell = (value: number | null) => (value === null ? null : formatCount(value));

const labelOf = (batch: Batch) =>
  batch.label ?? (batch.label_column === null ? null : words.facts.labelColumn(batch.label_column));

function NameCell({ batch }: { batch: Batch }) {
  return (
    <Link
      href={batchHref(batch.id)}
      title={batch.name}
      className="font-medium hover:underline"
      onClick={(event) => event.stopPropagation()}
    >
      {batch.name}
    </Link>
  );
}

"use client";
/** The plain parts of a report: names to set, what was right, what was not looked at. */
import type { ColumnDef } from "@tanstack/react-table";
import { Table } from "@/ui/table";
import type { EnvironmentName, Report } from "./types";
import { platformNames, report as words } from "./words";

const named = words.environmentColumns;
const mono = (text: string) => <span className="break-all font-mono text-sm">{text || "–"}</span>;

const columns: ColumnDef<EnvironmentName, unknown>[] = [
  { accessorKey: "name", header: named.name, cell: ({ row }) => mono(row.original.name) },
  { accessorKey: "kind", header: named.kind, cell: ({ row }) => words.kinds[row.original.kind] },
  { accessorKey: "platform", header: named.platform, cell: ({ row }) => platformNames[row.original.platform] },
  {
    accessorKey: "required",
    header: named.required,
    cell: ({ row }) => (row.original.required ? words.yes : words.no),
    meta: { isWideOnly: true },
  },
  {
    accessorKey: "example",
    header: named.example,
    cell: ({ row }) => mono(row.original.example),
    meta: { isWideOnly: true },
  },
  {
    accessorKey: "found_at",
    header: named.found,
    cell: ({ row }) => mono(row.original.found_at),
    meta: { isWideOnly: true },
  },
];

export const EnvironmentTable = ({ names }: { names: readonly EnvironmentName[] }) => (
  <Table
    label={words.environment}
    rows={names}
    columns={columns}
    rowId={(row) => `${row.platform}:${row.name}`}
    isInset
    canCopy
  />
);

export function Passes({ passes }: { passes: Report["passes"] }) {
  if (passes.length === 0) return null;
  return (
    <details>
      <summary className="cursor-pointer font-semibold">
        {words.passes} · {passes.length}
      </summary>
      <ul className="grid gap-1 pt-2 text-sm">
        {passes.map((pass) => (
          <li key={`${pass.rule}:${pass.file}:${pass.line}:${pass.message}`}>
            <span className="font-mono">{pass.rule}</span> {pass.message}{" "}
            <span className="break-all font-mono text-muted">
              {pass.file}:{pass.line}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function SkippedList({ skipped }: { skipped: Report["skipped"] }) {
  if (skipped.length === 0) return null;
  return (
    <details>
      <summary className="cursor-pointer font-semibold">
        {words.skipped} · {skipped.length}
      </summary>
      <ul className="grid gap-1 pt-2 text-sm">
        {skipped.map((one) => (
          <li key={`${one.rule}:${one.why}`}>
            <span className="font-mono">{one.rule}</span> {one.why}
          </li>
        ))}
      </ul>
    </details>
  );
}

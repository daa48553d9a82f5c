"use client";
/** The first samples as they would be asked, and what is worth knowing of all. */
import type { ColumnDef } from "@tanstack/react-table";
import { Table } from "@/ui/table";
import type { Preview } from "../types";
import { words } from "./words";

type Sample = Preview["samples"][number];
/** What is shown of each sample, where any has it. */
const SHOWN = ["question", "answer", "choices", "context", "group"] as const;

export function SamplePreviewTable({ preview }: { preview: Preview }) {
  const n = Object.keys(preview.groups).length;
  const facts = [
    words.previewFacts(preview.n, preview.n_rows),
    n > 0 && words.groups(n),
    preview.n_without_answer > 0 && words.withoutAnswer(preview.n_without_answer, preview.n_looked_at),
    ...preview.notes,
  ].filter((fact): fact is string => Boolean(fact));
  return (
    <div className="grid min-w-0 grid-cols-1 gap-1">
      <p className="text-muted text-sm">{facts.join(" · ")}</p>
      <Table
        label={words.preview}
        rows={preview.samples}
        columns={columnsFor(preview.samples)}
        rowId={({ id }) => id}
        isInset
        canSort={false}
        canCopy={false}
      />
    </div>
  );
}

function columnsFor(samples: readonly Sample[]): ColumnDef<Sample, unknown>[] {
  return SHOWN.filter((name) => samples.some((sample) => sample[name]?.length)).map((name) => ({
    accessorKey: name,
    header: words.roles[name],
    cell: ({ row: { original } }) => <Cell value={original[name]} />,
    meta: { isWideOnly: name !== "question" && name !== "answer" },
  }));
}

function Cell({ value }: { value: string | string[] | null }) {
  const text = Array.isArray(value) ? value.join(" | ") : (value ?? "");
  return <span title={text}>{text}</span>;
}

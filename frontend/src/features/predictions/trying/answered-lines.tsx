"use client";
/** The answers to many texts as a table, how many of each class, and the picked one whole. */
import type { ColumnDef } from "@tanstack/react-table";
import { useRef, useState } from "react";
import type { CallOutput, Signature } from "@/api/types";
import { formatCount, formatFraction, formatNumber } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Table } from "@/ui/table";
import { Answer } from "../answer";
import { classColor } from "../class-colors";
import { Correct } from "../correcting/correct";
import { isCorrectable } from "../correcting/correctable";
import { isSaid } from "../said";
import type { Answered } from "./many-texts";
import { words } from "./words";

type Row = { line: number; text: string; output: CallOutput };
type Props = { answered: Answered; signature: Signature; notSureBelow: number | null };

export function AnsweredLines({ answered: { lines, result }, signature, notSureBelow }: Props) {
  const [picked, setPicked] = useState(0);
  const whole = useRef<HTMLDivElement>(null);
  const rows = lines.flatMap(({ line, text }, i) => {
    const output = result.outputs[i];
    return output ? [{ line, text, output }] : [];
  });
  const open = rows[picked];
  const { classes } = signature.output;
  return (
    <div className="grid grid-cols-1 gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,3fr)_minmax(280px,2fr)]">
      <div className="grid min-w-0 content-start gap-3">
        {classes && <Counts rows={rows} classes={classes} />}
        <Table
          isInset
          label={words.table.title}
          rows={rows}
          columns={isSaid(signature) ? columns.filter(({ id }) => id !== "probability") : columns}
          rowId={(row) => String(row.line)}
          height="60vh"
          openId={open ? String(open.line) : null}
          onOpen={(row) => {
            setPicked(rows.indexOf(row));
            // On a phone it stands below the table.
            whole.current?.scrollIntoView({ block: "nearest" });
          }}
        />
        <p className="text-muted text-sm">{isSaid(signature) ? words.table.pickSaid : words.table.pick}</p>
      </div>
      {open && (
        <div ref={whole} className="grid min-w-0 scroll-mt-4 content-start gap-3">
          <h3 className="font-medium text-sm">{words.table.of(open.line)}</h3>
          <p dir="auto" className="max-h-40 overflow-y-auto whitespace-pre-wrap break-words text-muted">
            {open.text}
          </p>
          <Answer output={open.output} signature={signature} notSureBelow={notSureBelow} />
          {isCorrectable(signature) && (
            <Correct
              key={open.line}
              callId={result.call_id}
              row={picked}
              predicted={open.output.prediction}
              classes={classes}
            />
          )}
        </div>
      )}
    </div>
  );
}

function Counts({ rows, classes }: { rows: readonly Row[]; classes: readonly string[] }) {
  const counted = classes
    .map((name) => ({ name, n: rows.filter(({ output }) => output.prediction === name).length }))
    .filter(({ n }) => n > 0);
  return (
    <ul aria-label={words.table.counts} className="numbers flex flex-wrap gap-x-4 gap-y-1 text-sm">
      {counted.map(({ name, n }) => (
        <li key={name} className="inline-flex min-w-0 items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-sm" style={{ backgroundColor: classColor(classes, name) }} />
          <bdi className="max-w-[20ch] truncate">{name}</bdi> <span className="text-muted">× {formatCount(n)}</span>
        </li>
      ))}
    </ul>
  );
}

const confidence = ({ prediction, probabilities }: CallOutput) => probabilities?.[String(prediction)];

const columns: ColumnDef<Row, unknown>[] = [
  { accessorKey: "line", header: words.table.line, meta: { isNumber: true }, size: 64 },
  {
    accessorKey: "text",
    header: words.table.text,
    cell: ({ row }) => <bdi title={row.original.text.slice(0, 500)}>{row.original.text.slice(0, 300)}</bdi>,
  },
  {
    id: "prediction",
    header: words.table.prediction,
    accessorFn: ({ output }) => output.prediction,
    cell: ({ row: { original } }) => {
      const { prediction, is_sure } = original.output;
      return (
        <span className="inline-flex max-w-full items-center gap-2">
          <bdi className="truncate font-medium">
            {typeof prediction === "number" ? formatNumber(prediction) : prediction}
          </bdi>
          {is_sure === false && <Badge tone="warn">{words.table.unsure}</Badge>}
        </span>
      );
    },
  },
  {
    id: "probability",
    header: words.table.probability,
    accessorFn: ({ output }) => confidence(output),
    cell: ({ row }) => formatFraction(confidence(row.original.output)),
    meta: { isNumber: true },
  },
];

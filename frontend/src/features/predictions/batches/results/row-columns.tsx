"use client";
/** The columns of the table of results: what was predicted stands before the row's values, in view on a phone too. */
import type { ColumnDef } from "@tanstack/react-table";
import { CircleCheck, CircleHelp, CircleX, PencilLine } from "lucide-react";
import { formatCount } from "@/lib/format";
import { Missing } from "@/ui/table";
import { classColor } from "../../class-colors";
import { correctionText } from "../corrections";
import type { Batch, ResultRow } from "../types";
import { words } from "../words";
import { cellText, confidenceText, predictionText } from "./cells";

/** More inputs than these are in the panel only. */
const SHOWN_INPUTS = 12;
const WIDTHS = { row: 96, text: 300, input: 132, label: 140, prediction: 116, confidence: 124, mark: 148 };

/** Undefined: the row is on its way. A column can be sorted when it says how its values are read. */
export type Line = { place: number; row: ResultRow | undefined };

export function rowColumns(batch: Batch): ColumnDef<Line, unknown>[] {
  const { inputs, output } = batch.signature;
  const columns: ColumnDef<Line, unknown>[] = [
    {
      id: "row",
      accessorFn: ({ row }) => row?.row,
      header: words.table.row,
      size: WIDTHS.row,
      meta: { isNumber: true },
      cell: ({ row: { original } }) => original.row && formatCount(original.row.row),
    },
    {
      id: "prediction",
      accessorFn: ({ row }) => row?.prediction,
      header: words.table.prediction,
      size: WIDTHS.prediction,
      meta: { isNumber: output.classes === null },
      cell: ({ row: { original } }) => original.row && <PredictionCell row={original.row} classes={output.classes} />,
    },
  ];
  if (output.classes !== null) {
    columns.push({
      id: "confidence",
      accessorFn: ({ row }) => row?.confidence,
      header: words.table.confidence,
      size: WIDTHS.confidence,
      meta: { isNumber: true },
      cell: ({ row: { original } }) => original.row && confidenceText(original.row.confidence),
    });
  }
  columns.push({
    id: "mark",
    header: words.table.mark,
    size: WIDTHS.mark,
    enableSorting: false,
    cell: ({ row: { original } }) => (original.row ? <Mark row={original.row} /> : ""),
  });
  columns.push(
    ...inputs.slice(0, SHOWN_INPUTS).map(
      ({ name, kind, dtype }): ColumnDef<Line, unknown> => ({
        id: `input ${name}`,
        header: name,
        size: kind === "text" ? WIDTHS.text : WIDTHS.input,
        enableSorting: false,
        meta: { isNumber: dtype === "integer" || dtype === "float" },
        cell: ({ row: { original } }) => original.row && <InputCell value={original.row.inputs[name]} />,
      }),
    ),
  );
  if (batch.label_column !== null) {
    columns.push({
      id: "label",
      header: words.table.labelColumn,
      size: WIDTHS.label,
      enableSorting: false,
      cell: ({ row: { original } }) => original.row && <InputCell value={original.row.label} />,
    });
  }
  return columns;
}

/** Isolated, so that right-to-left text turns nothing around it. */
const InputCell = ({ value }: { value: unknown }) =>
  value === null || value === undefined || value === "" ? <Missing /> : <bdi>{cellText(value)}</bdi>;

function PredictionCell({ row, classes }: { row: ResultRow; classes: string[] | null }) {
  if (row.prediction === null) return <Missing />;
  if (classes === null) return predictionText(row.prediction);
  return (
    <span className="flex items-center gap-1.5 font-medium">
      <span
        aria-hidden
        className="size-2.5 shrink-0 rounded-sm"
        style={{ backgroundColor: classColor(classes, String(row.prediction)) }}
      />
      <bdi className="truncate">{predictionText(row.prediction)}</bdi>
    </span>
  );
}

/** One thing is said of a row: a correction before a fault or a doubt. */
function Mark({ row }: { row: ResultRow }) {
  const corrected = correctionText(row);
  if (corrected !== null)
    return (
      <Said
        Icon={corrected === words.table.confirmed ? CircleCheck : PencilLine}
        tone={corrected === words.table.confirmed ? "text-good" : "text-info"}
        title={corrected}
      >
        {corrected}
      </Said>
    );
  if (row.error !== null)
    return (
      <Said Icon={CircleX} tone="text-bad" title={row.error}>
        {words.table.failed}
      </Said>
    );
  if (row.is_sure === false)
    return (
      <Said Icon={CircleHelp} tone="text-warn" title={words.row.unsure}>
        {words.table.unsure}
      </Said>
    );
  return "";
}

type SaidProps = { Icon: typeof CircleX; tone: string; title: string; children: string };

const Said = ({ Icon, tone, title, children }: SaidProps) => (
  <span className={`flex items-center gap-1 ${tone}`} title={title}>
    <Icon aria-hidden className="size-3.5 shrink-0" />
    <span className="truncate">{children}</span>
  </span>
);

/** The columns of past calls. */
import type { ColumnDef } from "@tanstack/react-table";
import type { PastCall, Signature } from "@/api/types";
import { formatCount, formatFraction, formatNumber, formatSeconds, MISSING } from "@/lib/format";
import { Badge, StateBadge } from "@/ui/badge";
import { RelativeTime } from "@/ui/relative-time";
import { classColor } from "../class-colors";
import { words } from "./words";

/** Columns of the row that are named in one line. */
const NAMED = 4;
/** Characters of one value: a row may hold megabytes. */
const SHOWN = 200;

export function columnsFor(signature: Signature): ColumnDef<PastCall, unknown>[] {
  return [
    {
      accessorKey: "created_at",
      header: words.columns.when,
      cell: ({ row }) => <RelativeTime at={row.original.created_at} />,
      size: 110,
    },
    {
      id: "output",
      header: words.columns.output,
      accessorFn: outputText,
      cell: ({ row }) => <Output call={row.original} classes={signature.output.classes} />,
    },
    {
      id: "input",
      header: words.columns.input,
      accessorFn: (call) => inputText(call, signature),
      cell: ({ row: { original } }) =>
        original.error ? (
          <span className="text-muted">{String(original.error.detail ?? original.error.message ?? "")}</span>
        ) : (
          <bdi>{inputText(original, signature)}</bdi>
        ),
    },
    {
      accessorKey: "version",
      header: words.columns.version,
      cell: ({ row }) => row.original.version,
      meta: { isNumber: true, isWideOnly: true },
      size: 84,
    },
    { accessorKey: "actor_name", header: words.columns.who, meta: { isWideOnly: true } },
    {
      accessorKey: "latency_seconds",
      header: words.columns.latency,
      cell: ({ row }) => formatSeconds(row.original.latency_seconds),
      meta: { isNumber: true, isWideOnly: true },
      size: 84,
    },
  ];
}

function Output({ call, classes }: { call: PastCall; classes: readonly string[] | null }) {
  if (call.error) return <StateBadge state="failed" word={words.refused} />;
  const output = call.outputs[0];
  if (call.n_inputs !== 1 || !output) return <span className="text-muted">{outputText(call)}</span>;
  const p = output.probabilities?.[String(output.prediction)];
  return (
    <span className="inline-flex max-w-full items-center gap-2">
      {classes && (
        <span
          aria-hidden
          className="size-2.5 shrink-0 rounded-sm"
          style={{ backgroundColor: classColor(classes, String(output.prediction)) }}
        />
      )}
      <bdi className="truncate font-medium">{predictionText(output.prediction)}</bdi>
      {p !== undefined && <span className="numbers text-muted">{formatFraction(p)}</span>}
      {output.is_sure === false && <Badge tone="warn">{words.unsure}</Badge>}
    </span>
  );
}

export const predictionText = (prediction: string | number) =>
  typeof prediction === "number" ? formatNumber(prediction) : prediction;

function outputText(call: PastCall): string {
  if (call.n_inputs > 1) return mostOften(call.classes);
  const output = call.outputs[0];
  return output ? predictionText(output.prediction) : "";
}

/** The classes of many rows, the most frequent first. */
function mostOften(classes: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(classes).sort(([, a], [, b]) => b - a);
  const named = sorted.slice(0, NAMED).map(([name, n]) => `${name} × ${formatCount(n)}`);
  return sorted.length > NAMED ? `${named.join(", ")} …` : named.join(", ");
}

export function inputText(call: Pick<PastCall, "inputs" | "n_inputs">, signature: Signature): string {
  const n = call.n_inputs;
  const row = call.inputs[0] ?? {};
  const [only, second] = signature.inputs;
  const text = second
    ? signature.inputs
        .slice(0, NAMED)
        .map(({ name }) => `${name} ${cut(row[name])}`)
        .join(", ")
    : cut(row[only?.name ?? ""]);
  return n > 1 ? `${words.rows(n)}: ${text} …` : text;
}

function cut(value: unknown): string {
  if (value === null || value === undefined) return MISSING;
  const text = String(value);
  return text.trim() === "" ? words.blank : text.slice(0, SHOWN);
}

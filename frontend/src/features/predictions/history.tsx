"use client";
/** Past calls, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import type { PastCall, Signature } from "@/api/types";
import { formatFraction, formatNumber, formatSeconds } from "@/lib/format";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { historyQuery } from "./queries";
import { words } from "./words";

type Props = { id: string; signature: Signature; onUse: (row: Record<string, unknown>) => void };

const NAMED = 4;

export function History({ id, signature, onUse }: Props) {
  const calls = useInfiniteQuery(historyQuery(id));
  const rows = calls.data?.pages.flatMap((page) => page.items) ?? [];
  if (calls.isPending) return <TableSkeleton label={words.history.loading} rows={3} />;
  if (calls.error) {
    return <ErrorState title={words.history.failed} error={calls.error} retry={() => void calls.refetch()} />;
  }
  if (rows.length === 0) return <p className="text-muted">{words.history.none}</p>;
  return (
    <div className="grid gap-2">
      <Table label={words.history.title} rows={rows} columns={columnsWith(signature, onUse)} rowId={(row) => row.id} />
      {calls.hasNextPage && (
        <div>
          <Button size="sm" disabled={calls.isFetchingNextPage} onClick={() => void calls.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </div>
  );
}

function columnsWith(signature: Signature, onUse: Props["onUse"]): ColumnDef<PastCall, unknown>[] {
  return [
    {
      accessorKey: "created_at",
      header: words.history.when,
      cell: ({ row }) => <RelativeTime at={row.original.created_at} />,
    },
    {
      id: "output",
      header: words.history.output,
      accessorFn: outputText,
      cell: ({ row }) =>
        row.original.error ? (
          <span title={String(row.original.error.detail ?? row.original.error.message ?? "")}>
            <StateBadge state="failed" word={words.history.refused} />
          </span>
        ) : (
          <span className="font-medium">{outputText(row.original)}</span>
        ),
    },
    {
      id: "input",
      header: words.history.input,
      enableSorting: false,
      cell: ({ row }) => inputText(row.original, signature),
      meta: { isWideOnly: true },
    },
    {
      accessorKey: "version",
      header: words.history.version,
      cell: ({ row }) => row.original.version,
      meta: { isNumber: true, isWideOnly: true },
    },
    { accessorKey: "actor_name", header: words.history.who, meta: { isWideOnly: true } },
    {
      accessorKey: "latency_seconds",
      header: words.history.latency,
      cell: ({ row }) => formatSeconds(row.original.latency_seconds),
      meta: { isNumber: true, isWideOnly: true },
    },
    {
      id: "use",
      header: () => <span className="sr-only">{words.history.use}</span>,
      enableSorting: false,
      cell: ({ row }) => {
        const first = row.original.inputs[0];
        return first ? (
          <Button look="quiet" size="sm" onClick={() => onUse(first)}>
            {words.history.use}
          </Button>
        ) : null;
      },
    },
  ];
}

function outputText(call: PastCall): string {
  if (call.outputs.length > 1) return words.history.rows(call.outputs.length);
  const output = call.outputs[0] as
    | { prediction?: string | number; probabilities?: Record<string, number> }
    | undefined;
  const prediction = output?.prediction;
  if (prediction === undefined) return "";
  if (typeof prediction === "number") return formatNumber(prediction);
  const p = output?.probabilities?.[prediction];
  return p === undefined ? prediction : `${prediction} · ${formatFraction(p)}`;
}

function inputText(call: PastCall, signature: Signature): string {
  if (call.inputs.length > 1) return words.history.rows(call.inputs.length);
  const row = call.inputs[0] ?? {};
  return signature.inputs
    .slice(0, NAMED)
    .map(({ name }) => `${name} ${row[name] ?? "–"}`)
    .join(", ");
}

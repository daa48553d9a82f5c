"use client";
/** A row a configuration: its scores with intervals, time, tokens, money, failures. */
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo } from "react";
import { formatCount, formatNumber, formatSeconds } from "@/lib/format";
import { Table } from "@/ui/table";
import { estimateText, interval, points, spentText, usdText } from "./figures";
import { ScoreBar } from "./score-bar";
import { StandingBadge } from "./standing-badge";
import type { RankedRow, Results, Scored } from "./types";
import { words } from "./words";

const said = words.columns;
const number = { isNumber: true };
const wideNumber = { isNumber: true, isWideOnly: true };

type Props = {
  results: Results;
  scorer: Scored;
  rows: readonly RankedRow[];
  openPlace: number | null;
  onOpen: (place: number) => void;
};

export function ConfigurationsTable({ results, scorer, rows, openPlace, onOpen }: Props) {
  const columns = useMemo(() => columnsFor(results, scorer), [results, scorer]);
  return (
    <Table
      label={words.rows}
      rows={rows}
      columns={columns}
      rowId={({ row }) => String(row.place)}
      openId={openPlace === null ? null : String(openPlace)}
      onOpen={({ row }) => onOpen(row.place)}
      isInset
    />
  );
}

type Column = ColumnDef<RankedRow, unknown>;

function columnsFor(results: Results, scorer: Scored): Column[] {
  return [
    {
      id: "name",
      accessorFn: ({ row }) => row.name,
      header: said.name,
      cell: ({ row }) => (
        <bdi className="font-medium" title={row.original.row.name}>
          {row.original.label}
        </bdi>
      ),
    },
    ...scoreColumns(scorer),
    ...costColumns(),
    ...timeColumns(),
    ...countColumns(),
    ...results.scorers.filter((each) => each.name !== scorer.name).map(otherScore),
  ];
}

function scoreColumns(scorer: Scored): Column[] {
  return [
    {
      id: "score",
      accessorFn: ({ estimate }) => estimate?.value,
      header: scorer.title,
      cell: ({ row: { original } }) =>
        original.estimate && (
          <>
            <b>{points(original.estimate.value)}</b>
            <span className="block text-muted md:hidden">
              {interval(original.estimate.low, original.estimate.high) ?? original.estimate.why}
            </span>
          </>
        ),
      meta: number,
    },
    {
      id: "interval",
      accessorFn: ({ estimate }) => interval(estimate?.low, estimate?.high),
      header: said.interval,
      cell: ({ row: { original } }) =>
        interval(original.estimate?.low, original.estimate?.high) ??
        (original.estimate && <span className="text-muted">{original.estimate.why}</span>),
      meta: wideNumber,
      enableSorting: false,
    },
    {
      id: "bar",
      header: said.bar,
      cell: ({ row: { original } }) =>
        original.estimate && <ScoreBar estimate={original.estimate} isBest={original.standing === "best"} />,
      meta: { isWideOnly: true },
      enableSorting: false,
    },
    {
      id: "standing",
      accessorFn: ({ standing }) => words.standing[standing],
      header: said.standing,
      cell: ({ row: { original } }) => <StandingBadge standing={original.standing} />,
    },
  ];
}

const otherScore = (scorer: Scored): Column => ({
  id: `score ${scorer.name}`,
  accessorFn: ({ row }) => row.scores[scorer.name]?.estimate?.value,
  header: scorer.title,
  cell: ({ row: { original } }) => {
    const estimate = original.row.scores[scorer.name]?.estimate;
    return estimate && estimateText(estimate);
  },
  meta: wideNumber,
});

function timeColumns(): Column[] {
  const quantile = (name: "p50" | "p95" | "p99"): Column => ({
    id: name,
    accessorFn: ({ row }) => row.seconds?.[name].value,
    header: said[name],
    cell: ({ row: { original } }) => original.row.seconds && formatSeconds(original.row.seconds[name].value),
    meta: number,
  });
  return [
    ...(["p50", "p95", "p99"] as const).map(quantile),
    {
      id: "speed",
      accessorFn: ({ row }) => row.answers_per_second ?? undefined,
      header: said.speed,
      cell: ({ row: { original } }) => <Speed row={original.row} />,
      meta: number,
    },
  ];
}

/** Without a figure stands why there is none. */
function Speed({ row: { answers_per_second, no_speed } }: Pick<RankedRow, "row">) {
  if (answers_per_second !== null) return formatNumber(answers_per_second);
  const [short, sentence] = words.noSpeed[no_speed ?? "untimed"];
  return (
    <span className="text-muted" title={sentence}>
      {short}
    </span>
  );
}

function costColumns(): Column[] {
  return [
    {
      id: "usd",
      accessorFn: ({ row }) => row.usd ?? undefined,
      header: said.usd,
      cell: ({ row: { original } }) => spentText(original.row),
      meta: number,
    },
    {
      id: "perThousand",
      accessorFn: ({ row }) => row.usd_per_answer ?? undefined,
      header: said.perThousand,
      cell: ({ row: { original } }) =>
        usdText(original.row.usd_per_answer === null ? null : 1000 * original.row.usd_per_answer),
      meta: number,
    },
  ];
}

function countColumns(): Column[] {
  return [
    figure("tokensIn", said.tokensIn, (row) => row.n_input_tokens, formatCount),
    figure("tokensOut", said.tokensOut, (row) => row.n_output_tokens, formatCount),
    figure("failed", said.failed, (row) => row.n_failed, formatCount),
    figure("n", said.n, (row) => row.n_answers, formatCount),
  ];
}

const figure = (
  id: string,
  header: string,
  of: (row: RankedRow["row"]) => number | null,
  text: (value: number) => string,
): Column => ({
  id,
  accessorFn: ({ row }) => of(row) ?? undefined,
  header,
  cell: ({ row: { original } }) => {
    const value = of(original.row);
    return value === null ? null : text(value);
  },
  meta: number,
});

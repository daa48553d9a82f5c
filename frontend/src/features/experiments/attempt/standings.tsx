"use client";
/** How each configuration stands: running score with its interval, errors by kind, time, tokens, money. */
import type { ColumnDef } from "@tanstack/react-table";
import { formatCount, formatSeconds, MISSING } from "@/lib/format";
import { Table } from "@/ui/table";
import { formatUsd, spentText } from "../money";
import { percent, Score } from "../score";
import type { Standing } from "../types";
import { words } from "./words";

type Props = {
  standings: readonly Standing[];
  isLive: boolean;
  /** What a scorer is called, by its name. */
  titleOf: (scorer: string) => string;
};

export function Standings({ standings, isLive, titleOf }: Props) {
  const label = isLive ? words.standings : words.standingsEnd;
  return (
    <Table
      label={label}
      rows={standings}
      columns={columnsFor(standings, titleOf)}
      rowId={({ configuration }) => String(configuration)}
    />
  );
}

/** `timeout 3, refused 1`: the most frequent kind first. */
export const errorsText = (errors: Standing["errors"]): string =>
  Object.entries(errors)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, n]) => `${kind.replaceAll("_", " ")} ${formatCount(n)}`)
    .join(", ");

const { columns: named } = words;

function columnsFor(
  standings: readonly Standing[],
  titleOf: (scorer: string) => string,
): ColumnDef<Standing, unknown>[] {
  const first = standings[0]?.scorer ?? "";
  const others = Object.keys(standings[0]?.means ?? {}).filter((scorer) => scorer !== first);
  return [
    {
      accessorKey: "name",
      header: named.name,
      cell: ({ row: { original } }) => <bdi title={original.name}>{original.name}</bdi>,
    },
    {
      accessorKey: "score",
      header: words.score(titleOf(first)),
      cell: ({ row: { original } }) => original.score !== null && <Score standing={original} />,
      meta: { isNumber: true },
    },
    ...others.map(
      (scorer): ColumnDef<Standing, unknown> => ({
        id: `scorer ${scorer}`,
        header: titleOf(scorer),
        accessorFn: ({ means }) => means[scorer] ?? null,
        cell: ({ row }) => meanText(row.original.means[scorer]),
        meta: { isNumber: true, isWideOnly: true },
      }),
    ),
    {
      id: "done",
      header: named.done,
      accessorFn: ({ n_done }) => n_done,
      cell: ({ row: { original } }) => `${formatCount(original.n_done)} / ${formatCount(original.n_planned)}`,
      meta: { isNumber: true, isWideOnly: true },
    },
    {
      id: "failed",
      header: named.failed,
      accessorFn: ({ n_failed }) => n_failed,
      cell: ({ row: { original } }) =>
        original.n_failed === 0 ? "0" : `${formatCount(original.n_failed)}: ${errorsText(original.errors)}`,
      meta: { isWideOnly: true },
    },
    {
      accessorKey: "p50_seconds",
      header: named.p50,
      cell: ({ row }) => formatSeconds(row.original.p50_seconds),
      meta: { isNumber: true, isWideOnly: true },
    },
    {
      accessorKey: "n_output_tokens",
      header: named.tokens,
      cell: ({ row }) => formatCount(row.original.n_output_tokens),
      meta: { isNumber: true, isWideOnly: true },
    },
    {
      accessorKey: "spent_usd",
      header: named.spent,
      cell: ({ row: { original } }) =>
        original.n_unknown_cost > 0
          ? spentText(original.spent_usd, original.n_unknown_cost)
          : formatUsd(original.spent_usd),
      meta: { isNumber: true, isWideOnly: true },
    },
  ];
}

const meanText = (share: number | null | undefined) => (share == null ? MISSING : `${percent(share)} %`);

"use client";
/** Every two configurations on the same samples: how far apart, how certain, and what more it would take. */
import type { ColumnDef } from "@tanstack/react-table";
import { cx } from "class-variance-authority";
import { CircleCheck, CircleHelp, Equal } from "lucide-react";
import { useMemo, useState } from "react";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { Field, Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { Table } from "@/ui/table";
import { interval, points, pText, seenFrom, signed, type Verdict, verdictOf } from "./figures";
import type { Pair, RankedRow, Scored } from "./types";
import { words } from "./words";

const said = words.pairColumns;
const number = { isNumber: true };
const wideNumber = { isNumber: true, isWideOnly: true };

/** Opens the samples where two configurations differ; null where they cannot be looked at. */
export type OnLook = ((first: number, second: number) => void) | null;

type Props = { scorer: Scored; rows: readonly RankedRow[]; onLook: OnLook };

export function PairsSection({ scorer, rows, onLook }: Props) {
  const [against, setAgainst] = useState<number | null>(scorer.best);
  const [open, setOpen] = useState<Pair | null>(null);
  const labels = useMemo(() => new Map(rows.map(({ row, label }) => [row.place, label])), [rows]);
  const columns = useMemo(() => columnsFor((place) => labels.get(place) ?? String(place)), [labels]);
  const chosen = useMemo(() => chosenPairs(scorer.pairs, against), [scorer, against]);
  if (rows.length < 2) return <Section title={words.pairs}>{words.onePair}</Section>;
  return (
    <Section title={words.pairs}>
      <p className="max-w-[72ch] text-muted text-sm">{words.pairsHelp}</p>
      {scorer.pairs_note && <p className="max-w-[72ch]">{scorer.pairs_note}</p>}
      <div className="max-w-72">
        <Field label={words.against}>
          {(wired) => (
            <Select
              {...wired}
              value={against ?? ""}
              onChange={(event) => setAgainst(event.target.value === "" ? null : Number(event.target.value))}
            >
              <option value="">{words.everyPair}</option>
              {rows.map(({ row, label }) => (
                <option key={row.place} value={row.place}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="flex min-h-0 min-w-0">
        <div className="min-w-0 flex-1">
          <Table
            label={words.pairs}
            rows={chosen}
            columns={columns}
            rowId={idOf}
            openId={open && idOf(open)}
            onOpen={setOpen}
            isInset
          />
        </div>
        {open && (
          <Panel open onClose={() => setOpen(null)} title={words.read} width={360}>
            <div className="grid gap-4 p-4">
              <p>{open.told}</p>
              {onLook && (
                <Button className="justify-self-start" onClick={() => onLook(open.first, open.second)}>
                  {words.look}
                </Button>
              )}
            </div>
          </Panel>
        )}
      </div>
    </Section>
  );
}

const idOf = (pair: Pair) => `${pair.first} ${pair.second}`;

/** The pairs of one configuration as it sees them, or all of them. */
function chosenPairs(pairs: readonly Pair[], against: number | null): Pair[] {
  if (against === null) return [...pairs];
  return pairs
    .filter((pair) => pair.first === against || pair.second === against)
    .map((pair) => seenFrom(pair, against));
}

function columnsFor(labelOf: (place: number) => string): ColumnDef<Pair, unknown>[] {
  return [
    { id: "first", accessorFn: (pair) => labelOf(pair.first), header: said.first },
    { id: "second", accessorFn: (pair) => labelOf(pair.second), header: said.second },
    {
      id: "verdict",
      accessorFn: (pair) => words.verdict[verdictOf(pair)],
      header: said.verdict,
      cell: ({ row: { original } }) => <VerdictWord verdict={verdictOf(original)} />,
    },
    {
      id: "difference",
      accessorFn: (pair) => pair.difference ?? undefined,
      header: said.difference,
      cell: ({ row: { original } }) => <b>{signed(original.difference)}</b>,
      meta: number,
    },
    {
      id: "interval",
      accessorFn: (pair) => interval(pair.low, pair.high),
      header: said.interval,
      meta: number,
      enableSorting: false,
    },
    p("p_value", said.p, wideNumber),
    p("p_holm", said.holm, number),
    {
      id: "only",
      accessorFn: (pair) => pair.n_only_first,
      header: said.only,
      cell: ({ row: { original } }) => `${formatCount(original.n_only_first)} / ${formatCount(original.n_only_second)}`,
      meta: number,
    },
    {
      id: "both",
      accessorFn: (pair) => pair.n_both,
      header: said.both,
      cell: ({ row: { original } }) => `${formatCount(original.n_both)} / ${formatCount(original.n_neither)}`,
      meta: wideNumber,
    },
    {
      id: "detectable",
      accessorFn: (pair) => pair.detectable ?? undefined,
      header: said.detectable,
      cell: ({ row: { original } }) => points(original.detectable),
      meta: wideNumber,
    },
    {
      id: "more",
      accessorFn: (pair) => pair.n_more ?? undefined,
      header: said.more,
      cell: ({ row: { original } }) => moreText(original),
      meta: number,
    },
    {
      id: "n",
      accessorFn: (pair) => pair.n,
      header: said.n,
      cell: ({ row }) => formatCount(row.original.n),
      meta: number,
    },
  ];
}

const p = (name: "p_value" | "p_holm", header: string, meta: typeof number): ColumnDef<Pair, unknown> => ({
  id: name,
  accessorFn: (pair) => pair[name] ?? undefined,
  header,
  cell: ({ row: { original } }) => pText(original[name]),
  meta,
});

/** Samples that the observed difference would still need; null where there is no difference to see. */
function moreText(pair: Pair): string | null {
  if (pair.n_more == null) return null;
  return pair.n_more > 0 ? formatCount(pair.n_more) : words.enough;
}

const ICONS = { better: CircleCheck, worse: CircleCheck, open: CircleHelp, same: Equal, apart: CircleHelp };

function VerdictWord({ verdict }: { verdict: Verdict }) {
  const Icon = ICONS[verdict];
  const isDecided = verdict === "better" || verdict === "worse";
  return (
    <span className={cx("inline-flex items-center gap-1", isDecided ? "font-medium" : "text-muted")}>
      <Icon aria-hidden className="size-3.5" />
      {words.verdict[verdict]}
    </span>
  );
}

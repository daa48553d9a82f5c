"use client";
/** The samples of each group by themselves, and where the order turns. */
import type { ColumnDef } from "@tanstack/react-table";
import { ArrowLeftRight, Star } from "lucide-react";
import { useMemo, useState } from "react";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { Section } from "@/ui/page";
import { Table } from "@/ui/table";
import { estimateText, interval, points } from "./figures";
import type { Group, Pair, RankedRow, Scored, ScoreEstimate } from "./types";
import { words } from "./words";

/** Reversals that are told before the reader asks for all of them. */
const MOST_REVERSALS = 5;

export function GroupsSection({ scorer, rows }: { scorer: Scored; rows: readonly RankedRow[] }) {
  const columns = useMemo(() => columnsFor(rows), [rows]);
  if (scorer.groups.length === 0) {
    return scorer.groups_note ? <Section title={words.groups}>{scorer.groups_note}</Section> : null;
  }
  return (
    <Section title={words.groups}>
      <p className="max-w-[72ch] text-muted text-sm">{words.groupsHelp}</p>
      {scorer.groups_note && <p className="max-w-[72ch]">{scorer.groups_note}</p>}
      <Table label={words.groups} rows={scorer.groups} columns={columns} rowId={(group) => group.name} isInset />
      <Reversals groups={scorer.groups} rows={rows} />
    </Section>
  );
}

function columnsFor(rows: readonly RankedRow[]): ColumnDef<Group, unknown>[] {
  return [
    {
      id: "group",
      accessorFn: (group) => group.name,
      header: words.group,
      cell: ({ row: { original } }) => (
        <span className="inline-flex items-center gap-2" title={original.name}>
          <bdi className="truncate">{original.name}</bdi>
          {original.n_reversals > 0 && (
            <span className="inline-flex shrink-0 items-center gap-1 text-warn text-xs">
              <ArrowLeftRight aria-hidden className="size-3.5" />
              {words.reversals(original.n_reversals)}
            </span>
          )}
        </span>
      ),
    },
    {
      id: "n",
      accessorFn: (group) => group.n_samples,
      header: words.columns.n,
      cell: ({ row }) => formatCount(row.original.n_samples),
      meta: { isNumber: true },
    },
    ...rows.map(
      ({ row: { place }, label }): ColumnDef<Group, unknown> => ({
        id: `configuration ${place}`,
        accessorFn: (group) => group.estimates[place]?.value,
        header: label,
        cell: ({ row: { original } }) => <GroupScore group={original} estimate={original.estimates[place] ?? null} />,
        meta: { isNumber: true },
      }),
    ),
  ];
}

function GroupScore({ group, estimate }: { group: Group; estimate: ScoreEstimate | null }) {
  if (!estimate) return null;
  const between = interval(estimate.low, estimate.high);
  return (
    <span title={estimateText(estimate)} className="inline-flex items-center gap-1">
      {isBestOf(group, estimate) && <Star role="img" aria-label={words.bestHere} className="size-3.5 text-accent" />}
      <span className={isBestOf(group, estimate) ? "font-semibold" : undefined}>{points(estimate.value)}</span>
      {between && <span className="text-muted text-xs">{between}</span>}
    </span>
  );
}

const isBestOf = (group: Group, estimate: ScoreEstimate) =>
  group.estimates.every((other) => !other || other.value <= estimate.value);

type Turned = { group: Group; pair: Pair };

/** The groups where the order turns, the clear ones first. */
function Reversals({ groups, rows }: { groups: readonly Group[]; rows: readonly RankedRow[] }) {
  const [isWhole, setIsWhole] = useState(false);
  const turned = groups
    .flatMap((group): Turned[] => group.pairs.filter((pair) => pair.is_reversal).map((pair) => ({ group, pair })))
    .sort((one, other) => Number(other.pair.is_certain) - Number(one.pair.is_certain));
  if (turned.length === 0) return null;
  const shown = isWhole ? turned : turned.slice(0, MOST_REVERSALS);
  return (
    <div className="grid max-w-[90ch] gap-1 text-sm">
      <ul className="grid gap-1">
        {shown.map((each) => (
          <Reversal key={`${each.group.name} ${each.pair.first} ${each.pair.second}`} turned={each} rows={rows} />
        ))}
      </ul>
      {shown.length < turned.length && (
        <Button look="link" size="inline" className="justify-self-start" onClick={() => setIsWhole(true)}>
          {words.allReversals(turned.length)}
        </Button>
      )}
    </div>
  );
}

function Reversal({ turned: { group, pair }, rows }: { turned: Turned; rows: readonly RankedRow[] }) {
  const labelOf = (place: number) => rows.find(({ row }) => row.place === place)?.label ?? String(place);
  const isFirst = (pair.difference ?? 0) > 0;
  const [better, worse] = isFirst ? [pair.first, pair.second] : [pair.second, pair.first];
  return (
    <li className="flex items-start gap-2">
      <ArrowLeftRight aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <b>{group.name}</b>: {words.reversed(labelOf(better), labelOf(worse), pair.is_certain)}
      </span>
    </li>
  );
}

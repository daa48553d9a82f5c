"use client";
import type { ColumnDef } from "@tanstack/react-table";
import { formatCount } from "@/lib/format";
import { Table } from "@/ui/table";
import { interval, points } from "../comparison/figures";
import type { AgreementFigures, LabellerAgreement, ScorerAgreement } from "./queries";
import { words } from "./words";

const said = words.columns;
const number = { isNumber: true };
const MINUS = "−";

type Column<Row extends AgreementFigures> = ColumnDef<Row, unknown>;

/** A row a scorer: how often it says the same as people, and how it errs. */
export const ScorersTable = ({ scorers }: { scorers: readonly ScorerAgreement[] }) => (
  <Table label={words.title} rows={scorers} columns={ofScorers} rowId={({ scorer }) => scorer} isInset isSnug />
);

/** A row for every two people who labelled the same answers. */
export const PeopleTable = ({ pairs }: { pairs: readonly LabellerAgreement[] }) => (
  <Table
    label={words.people}
    rows={pairs}
    columns={ofPeople}
    rowId={({ first, second }, at) => `${at} ${first} ${second}`}
    isInset
    isSnug
  />
);

/** What is told of every two that give verdicts; ranks only where somebody says more than right and wrong. */
const figures = <Row extends AgreementFigures>(): Column<Row>[] => [
  { id: "n", accessorFn: ({ n }) => n, header: said.n, cell: ({ row }) => formatCount(row.original.n), meta: number },
  {
    id: "agreement",
    accessorFn: ({ agreement }) => agreement ?? undefined,
    header: said.agreement,
    cell: ({ row: { original } }) => agreementText(original),
    meta: number,
  },
  {
    id: "kappa",
    accessorFn: ({ kappa }) => kappa ?? undefined,
    header: said.kappa,
    cell: ({ row: { original } }) => withInterval(original.kappa, original.kappa_interval),
    meta: number,
  },
  {
    id: "spearman",
    accessorFn: ({ spearman }) => spearman ?? undefined,
    header: said.spearman,
    cell: ({ row: { original } }) =>
      withInterval(original.spearman, original.spearman_interval) ?? (
        <span className="text-muted">{original.agreement === null ? null : words.notOrdinal}</span>
      ),
    meta: number,
  },
  {
    id: "told",
    accessorFn: told,
    header: said.told,
    cell: ({ row: { original } }) => <span title={original.why || undefined}>{told(original)}</span>,
  },
  {
    id: "counts",
    accessorFn: ({ n_both_right }) => n_both_right,
    header: said.counts,
    cell: ({ row: { original } }) => `${formatCount(original.n_both_right)} / ${formatCount(original.n_both_wrong)}`,
    meta: number,
  },
];

const ofScorers: Column<ScorerAgreement>[] = [
  { id: "scorer", accessorFn: ({ title }) => title, header: said.scorer },
  ...figures<ScorerAgreement>(),
  { id: "strict", accessorFn: ({ n_only_second }) => n_only_second, header: said.strict, meta: number },
  { id: "lax", accessorFn: ({ n_only_first }) => n_only_first, header: said.lax, meta: number },
];

const ofPeople: Column<LabellerAgreement>[] = [
  { id: "first", accessorFn: ({ first }) => first, header: said.first },
  { id: "second", accessorFn: ({ second }) => second, header: said.second },
  ...figures<LabellerAgreement>(),
  {
    id: "only",
    accessorFn: ({ n_only_first }) => n_only_first,
    header: said.only,
    cell: ({ row: { original } }) => `${formatCount(original.n_only_first)} / ${formatCount(original.n_only_second)}`,
    meta: number,
  },
];

function agreementText({ agreement, agreement_interval }: AgreementFigures): string | null {
  if (agreement === null) return null;
  const between = interval(agreement_interval?.[0], agreement_interval?.[1]);
  return `${points(agreement)} %${between ? ` (${between})` : ""}`;
}

function told({ kappa, why }: AgreementFigures) {
  return kappa === null ? why : words.kappaTold(kappa);
}

const two = (value: number) => value.toFixed(2).replace("-", MINUS);

const withInterval = (value: number | null, between: readonly number[] | null) =>
  value === null ? null : `${two(value)}${between ? ` (${between.map(two).join(" to ")})` : ""}`;

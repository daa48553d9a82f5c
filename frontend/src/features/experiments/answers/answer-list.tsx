"use client";
/** Samples with what one or two configurations answered. */
import type { ColumnDef } from "@tanstack/react-table";
import { cx } from "class-variance-authority";
import { Check, CircleAlert, CircleSlash, Tag, X } from "lucide-react";
import { useMemo } from "react";
import { formatCount } from "@/lib/format";
import { Table } from "@/ui/table";
import { points } from "../comparison/figures";
import type { AnswerBrief, AnsweredSample } from "./queries";
import { words } from "./words";

const said = words.columns;
const RIGHT = 0.5;

type Props = {
  samples: readonly AnsweredSample[];
  /** Names of the configurations that are looked at, in the order of the answers. */
  names: readonly string[];
  hasLabels: boolean;
  onOpen: (place: number) => void;
  onNearEnd: () => void;
};

export function AnswerList({ samples, names, hasLabels, onOpen, onNearEnd }: Props) {
  const columns = useMemo(() => columnsFor(names, hasLabels), [names, hasLabels]);
  return (
    <Table
      label={words.title}
      rows={samples}
      columns={columns}
      rowId={({ sample }) => String(sample.place)}
      onOpen={({ sample }) => onOpen(sample.place)}
      onNearEnd={onNearEnd}
      height="70vh"
      canSort={false}
      isInset
    />
  );
}

type Column = ColumnDef<AnsweredSample, unknown>;

const columnsFor = (names: readonly string[], hasLabels: boolean): Column[] => [
  {
    id: "place",
    accessorFn: ({ sample }) => sample.place + 1,
    header: said.place,
    cell: ({ row }) => formatCount(row.original.sample.place + 1),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    id: "question",
    accessorFn: ({ sample }) => sample.question,
    header: said.question,
    cell: ({ row: { original } }) => <bdi title={original.sample.question}>{original.sample.question}</bdi>,
  },
  {
    id: "expected",
    accessorFn: ({ sample }) => sample.answer ?? undefined,
    header: said.expected,
    cell: ({ row: { original } }) =>
      original.sample.answer === null ? null : <bdi title={original.sample.answer}>{original.sample.answer}</bdi>,
    meta: { isWideOnly: true },
  },
  ...names.map(
    (name, at): Column => ({
      id: `answer ${at}`,
      accessorFn: ({ answers }) => answers[at]?.parsed,
      header: name,
      cell: ({ row: { original } }) => {
        const answer = original.answers[at];
        return answer && <BriefAnswer answer={answer} />;
      },
    }),
  ),
  {
    id: "group",
    accessorFn: ({ sample }) => sample.group ?? undefined,
    header: said.group,
    meta: { isWideOnly: true },
  },
  ...(hasLabels ? [labels] : []),
];

const labels: Column = {
  id: "labels",
  accessorFn: ({ n_labels }) => n_labels || undefined,
  header: said.labels,
  cell: ({ row: { original } }) =>
    original.n_labels > 0 && (
      <span className="inline-flex items-center gap-1">
        <Tag aria-hidden className="size-3.5" />
        {formatCount(original.n_labels)}
      </span>
    ),
  meta: { isNumber: true, isWideOnly: true },
};

function BriefAnswer({ answer }: { answer: AnswerBrief }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1.5" title={answer.error_kind ?? answer.parsed}>
      <ScoreMark answer={answer} />
      <bdi className={cx("truncate", answer.error_kind && "text-muted")}>{answer.error_kind ?? answer.parsed}</bdi>
    </span>
  );
}

/** Right or wrong as a sign with a name; a score between as its points. */
export function ScoreMark({ answer }: { answer: Pick<AnswerBrief, "score" | "error_kind" | "is_asked"> }) {
  if (!answer.is_asked)
    return <CircleSlash role="img" aria-label={words.notAsked} className={cx(MARK, "text-faint")} />;
  if (answer.error_kind) return <CircleAlert role="img" aria-label={words.error} className={cx(MARK, "text-warn")} />;
  const { score } = answer;
  if (score === null) return <CircleSlash role="img" aria-label={words.notScored} className={cx(MARK, "text-muted")} />;
  if (score > 0 && score < 1) {
    return (
      <span className={cx("numbers shrink-0 font-medium text-xs", score >= RIGHT ? "text-good" : "text-bad")}>
        {words.partly(points(score))}
      </span>
    );
  }
  return score === 1 ? (
    <Check role="img" aria-label={words.right} className={cx(MARK, "text-good")} />
  ) : (
    <X role="img" aria-label={words.wrong} className={cx(MARK, "text-bad")} />
  );
}

const MARK = "size-4 shrink-0";

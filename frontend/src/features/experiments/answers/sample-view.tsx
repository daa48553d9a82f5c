"use client";
/** One sample: what was asked and expected, and two answers beside each other; J and K walk the list. */
import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowLeft, ArrowUp } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Checkbox } from "@/ui/field";
import { Skeleton } from "@/ui/skeleton";
import type { Scored } from "../comparison/types";
import { AnswerColumn } from "./answer-column";
import type { Filters } from "./filters";
import { type Cell, differenceQuery, type SampleAnswers, sampleQuery } from "./queries";
import { SampleFacts } from "./sample-facts";
import type { Source } from "./source";
import { useKeys } from "./use-keys";
import { words } from "./words";

type Props = {
  source: Source;
  place: number;
  names: readonly string[];
  filters: Filters;
  scorers: readonly Scored[];
  /** Where it stands in the list, when it is in what was loaded of it. */
  position: string | null;
  onBack: () => void;
  onNext: (() => void) | null;
  onPrevious: (() => void) | null;
  onChoose: (changes: Record<string, string | null>) => void;
};

export function SampleView(props: Props) {
  const { source, place, position, onBack, onNext, onPrevious } = props;
  const sample = useQuery(sampleQuery(source, place));
  useKeys({ j: onNext, k: onPrevious });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-5 p-4">
      <nav className="flex flex-wrap items-center gap-2" aria-label={words.title}>
        <Button onClick={onBack}>
          <ArrowLeft />
          {words.back}
        </Button>
        <Walk label={words.previous} keyName="K" onClick={onPrevious}>
          <ArrowUp />
        </Walk>
        <Walk label={words.next} keyName="J" onClick={onNext}>
          <ArrowDown />
        </Walk>
        {position && <span className="numbers text-muted text-sm">{position}</span>}
      </nav>
      {sample.error && <ErrorState title={words.failed} error={sample.error} retry={() => void sample.refetch()} />}
      {sample.isPending && (
        <div role="status" aria-label={words.loading} className="grid gap-4">
          <Skeleton className="h-24" />
          <div className="grid gap-4 lg:grid-cols-2">
            <Skeleton className="h-64" />
            <Skeleton className="h-64" />
          </div>
        </div>
      )}
      {sample.data && <Shown {...props} found={sample.data} />}
    </div>
  );
}

type WalkProps = { label: string; keyName: string; onClick: (() => void) | null; children: ReactNode };

const Walk = ({ label, keyName, onClick, children }: WalkProps) => (
  <Button
    size="icon"
    aria-label={`${label} (${keyName})`}
    title={`${label} (${keyName})`}
    aria-keyshortcuts={keyName}
    disabled={!onClick}
    onClick={() => onClick?.()}
  >
    {children}
  </Button>
);

function Shown({ source, place, names, filters, scorers, onChoose, found }: Props & { found: SampleAnswers }) {
  const [repeats, setRepeats] = useState<readonly [number, number]>([0, 0]);
  const [isMarked, setIsMarked] = useState(true);
  const cells: [Cell, Cell | null] = [
    { configuration: filters.first, repeat: repeats[0] },
    filters.second === null ? null : { configuration: filters.second, repeat: repeats[1] },
  ];
  const answers = cells.map((cell) => found.answers.find((each) => isOf(each, cell)));
  const canMark = Boolean(answers[0]?.text && answers[1]?.text);
  const difference = useQuery({
    ...differenceQuery(source, place, cells[0], cells[1] ?? cells[0]),
    enabled: canMark && isMarked,
  });
  return (
    <>
      <SampleFacts sample={found.sample} />
      {canMark && (
        <label className="flex items-center gap-2 justify-self-start text-sm">
          <Checkbox checked={isMarked} onChange={(event) => setIsMarked(event.target.checked)} />
          {words.difference}
          {isMarked && difference.data?.is_cut && <span className="text-muted">{words.cutDifference}</span>}
        </label>
      )}
      <div className="grid items-start gap-x-6 gap-y-8 lg:grid-cols-2">
        {cells.map(
          (cell, side) =>
            cell && (
              <AnswerColumn
                // biome-ignore lint/suspicious/noArrayIndexKey: the left one and the right one
                key={side}
                source={source}
                place={place}
                side={side === 0 ? "first" : "second"}
                cell={cell}
                names={names}
                answer={answers[side]}
                repeats={found.answers.filter((each) => each.configuration === cell.configuration).map((e) => e.repeat)}
                labels={found.labels.filter((label) => isOf(label, cell))}
                scorers={scorers}
                spans={isMarked && canMark ? (difference.data?.spans ?? null) : null}
                onConfiguration={(at) => onChoose({ [side === 0 ? "first" : "second"]: String(at) })}
                onRepeat={(repeat) => setRepeats(side === 0 ? [repeat, repeats[1]] : [repeats[0], repeat])}
              />
            ),
        )}
      </div>
    </>
  );
}

const isOf = (one: Cell, cell: Cell | null) =>
  cell !== null && one.configuration === cell.configuration && one.repeat === cell.repeat;

"use client";
/** One answer: what was said, its scores and why, how it came about, and what a person thinks of it. */
import { formatCount, formatSeconds } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Select } from "@/ui/field";
import { points, usdText } from "../comparison/figures";
import type { Scored } from "../comparison/types";
import { AnswerText } from "./answer-text";
import { HowItCame } from "./how-it-came";
import { LabelLine } from "./label-line";
import type { Cell, Label, Span, WholeAnswer } from "./queries";
import type { Source } from "./source";
import { words } from "./words";

/** Scores from here on count as right, as in the comparison. */
const RIGHT = 0.5;

type Props = {
  source: Source;
  place: number;
  side: "first" | "second";
  cell: Cell;
  names: readonly string[];
  answer: WholeAnswer | undefined;
  repeats: readonly number[];
  labels: readonly Label[];
  scorers: readonly Scored[];
  spans: readonly Span[] | null;
  onConfiguration: (place: number) => void;
  onRepeat: (repeat: number) => void;
};

export function AnswerColumn(props: Props) {
  const { source, place, side, cell, answer, labels, scorers, spans } = props;
  const label = words[side];
  return (
    <section aria-label={label} className="grid min-w-0 content-start gap-3 rounded-md border border-line p-3">
      <Chooser {...props} label={label} />
      {!answer && <p className="text-muted">{words.notThere}</p>}
      {answer && (
        <>
          {answer.error_kind ? (
            <p role="note" className="rounded-md border border-warn bg-warn-soft px-3 py-2 [overflow-wrap:anywhere]">
              <span className="font-medium">
                {words.failedAnswer} ({answer.error_kind}).
              </span>{" "}
              {answer.error}
            </p>
          ) : (
            <AnswerText answer={answer} spans={spans} side={side} />
          )}
          <Scores answer={answer} scorers={scorers} />
          {source.attempt && !answer.error_kind && (
            <LabelLine attempt={source.attempt} place={place} cell={cell} labels={labels} side={side} />
          )}
          <HowItCame answer={answer} />
          <p className="numbers text-muted text-sm">
            {words.facts(
              formatSeconds(answer.seconds),
              formatCount(answer.n_input_tokens),
              formatCount(answer.n_output_tokens),
              usdText(answer.cost_usd),
            )}
            {answer.is_estimated && ` · ${words.estimated}`} · {words.requests(answer.n_requests)}
            {answer.is_reused && ` · ${words.reused}`}
          </p>
        </>
      )}
    </section>
  );
}

function Chooser({ names, cell, repeats, onConfiguration, onRepeat, label }: Props & { label: string }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Select
        aria-label={label}
        className="min-w-0 flex-1 font-medium"
        value={cell.configuration}
        onChange={(event) => onConfiguration(Number(event.target.value))}
      >
        {names.map((name, place) => (
          <option key={name} value={place}>
            {name}
          </option>
        ))}
      </Select>
      {repeats.length > 1 && (
        <Select
          aria-label={`${label}: ${words.repeat}`}
          className="w-auto"
          value={cell.repeat}
          onChange={(event) => onRepeat(Number(event.target.value))}
        >
          {repeats.map((repeat) => (
            <option key={repeat} value={repeat}>
              {words.repeatOf(repeat)}
            </option>
          ))}
        </Select>
      )}
    </div>
  );
}

function Scores({ answer, scorers }: { answer: WholeAnswer; scorers: readonly Scored[] }) {
  const shown = scorers.filter(({ name }) => answer.scores[name]);
  if (shown.length === 0) return null;
  return (
    <dl aria-label={words.scores} className="grid gap-1 text-sm">
      {shown.map(({ name, title }) => {
        const score = answer.scores[name];
        const value = score?.value ?? null;
        return (
          <div key={name} className="flex flex-wrap items-baseline gap-x-2">
            <dt>{title}</dt>
            <dd className="contents">
              <Badge tone={value === null ? "neutral" : value >= RIGHT ? "good" : "bad"}>{scoreText(value)}</Badge>
              {score?.why && <span className="text-muted [overflow-wrap:anywhere]">{score.why}</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function scoreText(value: number | null): string {
  if (value === null) return words.noScore;
  if (value === 1) return words.right;
  return value === 0 ? words.wrong : words.partly(points(value));
}

"use client";
/** One configuration beside the comparison: how its answers ended, what has no score and why, what it is made of. */
import type { ReactNode } from "react";
import { formatCount, formatFraction, formatNumber, formatSeconds } from "@/lib/format";
import { Button } from "@/ui/button";
import { Section } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { words as answerWords } from "../answers/words";
import { estimateText, points } from "./figures";
import type { Results, Row } from "./types";
import { words } from "./words";

const said = words.detail;

type Props = { results: Results; row: Row; onClose: () => void; onLook?: () => void };

export function ConfigurationPanel({ results, row, onClose, onLook }: Props) {
  return (
    <Panel open onClose={onClose} title={row.name} width={420}>
      <div className="grid gap-6 p-4">
        {onLook && (
          <Button className="justify-self-start" onClick={onLook}>
            {said.look}
          </Button>
        )}
        {results.scorers.map((scorer) => (
          <ScoreFacts key={scorer.name} title={scorer.title} row={row} name={scorer.name} />
        ))}
        <Counts title={said.ended} counts={row.ended} n={row.n_answers} named={answerWords.endings} />
        <Counts title={said.errors} counts={row.errors} n={row.n_answers} />
        <TimeFacts row={row} />
        <Section title={said.set}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre tabIndex={0} className="max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs">
            {JSON.stringify(row.configuration, null, 2)}
          </pre>
        </Section>
      </div>
    </Panel>
  );
}

function ScoreFacts({ title, row, name }: { title: string; row: Row; name: string }) {
  const score = row.scores[name];
  if (!score) return null;
  const { estimate, not_scorable, n_not_scorable } = score;
  return (
    <Section title={title}>
      <Facts
        facts={[
          [words.columns.interval, estimateText(estimate)],
          [words.columns.n, formatCount(estimate?.n)],
          [said.failures, row.n_failed > 0 ? points(score.value_with_failures) : null],
          [said.repeats, estimate?.repeat_deviation != null ? points(estimate.repeat_deviation) : null],
          [said.clustered, estimate?.clustered_error != null ? points(estimate.clustered_error) : null],
          [said.unscored, n_not_scorable > 0 ? formatCount(n_not_scorable) : null],
        ]}
      />
      {Object.entries(not_scorable).map(([why, n]) => (
        <p key={why} className="text-muted text-sm">
          {formatCount(n)}: {why}
        </p>
      ))}
    </Section>
  );
}

type CountsProps = { title: string; counts: Record<string, number>; n: number; named?: Record<string, string> };

function Counts({ title, counts, n, named = {} }: CountsProps) {
  const entries = Object.entries(counts).sort((one, other) => other[1] - one[1]);
  if (entries.length === 0) return null;
  return (
    <Section title={title}>
      <Facts
        facts={entries.map(([name, count]) => [
          named[name] ?? name,
          `${formatCount(count)} (${formatFraction(count / Math.max(n, 1))})`,
        ])}
      />
    </Section>
  );
}

function TimeFacts({ row }: { row: Row }) {
  const quantile = (name: "p50" | "p95" | "p99"): string | null => {
    const found = row.seconds?.[name];
    if (!found) return null;
    const between = found.low != null && found.high != null;
    return `${formatSeconds(found.value)}${between ? ` (${formatSeconds(found.low)} to ${formatSeconds(found.high)})` : ""}`;
  };
  return (
    <Section title={said.seconds}>
      <Facts
        facts={[
          ["p50", quantile("p50")],
          ["p95", quantile("p95")],
          ["p99", quantile("p99")],
          [said.tokens, row.tokens_per_second === null ? null : formatNumber(row.tokens_per_second)],
          [said.estimated, row.n_estimated > 0 ? formatCount(row.n_estimated) : null],
          [said.reused, row.n_reused > 0 ? formatCount(row.n_reused) : null],
          [said.missing, row.n_missing > 0 ? formatCount(row.n_missing) : null],
        ]}
      />
    </Section>
  );
}

/** Facts without a value are left out. */
function Facts({ facts }: { facts: [name: string, value: ReactNode | null][] }) {
  return (
    <dl className="numbers grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1 text-sm">
      {facts.map(
        ([name, value]) =>
          value !== null && (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="text-right">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** The figures of an attempt: answers, speed, tokens, money. */
import type { ReactNode } from "react";
import { formatCount, formatNumber, formatSeconds } from "@/lib/format";
import { formatUsd, spentText } from "../money";
import { isLive } from "../queries";
import type { Attempt } from "../types";
import { words } from "./words";

const { facts: named } = words;

export function AttemptFacts({ attempt }: { attempt: Attempt }) {
  const facts: [string, ReactNode][] = [
    [named.samples, formatCount(attempt.n_samples || null)],
    // While it runs, the progress line above says so, and sooner.
    ...(isLive(attempt.state) ? [] : [[named.answers, formatCount(attempt.n_done)] as [string, ReactNode]]),
    [named.failed, formatCount(attempt.n_failed)],
    [named.reused, formatCount(attempt.n_reused)],
    ...(isLive(attempt.state)
      ? [[named.speed, formatNumber(attempt.running.requests_per_second)] as [string, ReactNode]]
      : []),
    [named.tokens, `${formatCount(attempt.n_input_tokens)} · ${formatCount(attempt.n_output_tokens)}`],
    [named.spent, spentText(attempt.spent_usd, attempt.n_unknown_cost)],
    ...(attempt.n_scoring_tokens > 0 ? [[named.scoring, formatUsd(attempt.scoring_usd)] as [string, ReactNode]] : []),
    ...(attempt.began_at && attempt.ended_at
      ? [[named.seconds, formatSeconds(secondsBetween(attempt.began_at, attempt.ended_at))] as [string, ReactNode]]
      : []),
  ];
  return (
    <dl className="numbers flex flex-wrap gap-x-8 gap-y-2">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="text-muted text-sm">{name}</dt>
          <dd className="font-medium">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const secondsBetween = (from: string, to: string) => (new Date(to).getTime() - new Date(from).getTime()) / 1000;

/** What an experiment would take, before anybody is asked. */
import { formatCount } from "@/lib/format";
import { formatUsd } from "../money";
import type { Estimate } from "../types";
import { type Draft, factorsOf } from "./draft";
import { words } from "./words";

type Props = { draft: Draft; estimate: Estimate };

export function EstimateLine({ draft, estimate }: Props) {
  return (
    <div className="numbers grid gap-2 text-sm">
      <p className="font-medium">{countLine(draft, estimate)}</p>
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1">
        <dt className="text-muted">{words.tokensIn}</dt>
        <dd className="text-right">{formatCount(estimate.n_input_tokens)}</dd>
        <dt className="text-muted">{words.tokensOut}</dt>
        <dd className="text-right">{formatCount(estimate.n_output_tokens_most)}</dd>
        <dt className="text-muted">{words.cost}</dt>
        <dd className="text-right">{costText(estimate)}</dd>
        {estimate.usd_typical !== null && estimate.usd_typical !== estimate.usd_most && (
          <>
            <dt className="text-muted">{words.typical}</dt>
            <dd className="text-right">{formatUsd(estimate.usd_typical)}</dd>
          </>
        )}
      </dl>
      {estimate.notes.map((note) => (
        <p key={note} className="text-muted">
          {note}
        </p>
      ))}
    </div>
  );
}

/** `3 strategies × 2 LLMs × 2 temperatures × 200 samples = 2,400 requests`; agents and votes ask more than once. */
export function countLine(draft: Draft, { n_samples, n_answers, n_requests }: Estimate): string {
  const factors = [...factorsOf(draft).map(({ what, n }) => words.factor(what, n)), words.factorSamples(n_samples)];
  const product = factors.join(" × ");
  if (n_answers === n_requests) return `${product} = ${words.requests(n_requests)}`;
  return `${product} = ${words.answers(n_answers)}, ${words.requests(n_requests)}`;
}

export function costText({ usd_most, usd_known_most }: Pick<Estimate, "usd_most" | "usd_known_most">): string {
  if (usd_most !== null) return formatUsd(usd_most);
  return usd_known_most > 0 ? words.knownAnd(formatUsd(usd_known_most)) : words.unknown;
}

/** Why a configuration is promoted: its scores, time and cost, and how it compares. */
import { formatCount, formatSeconds } from "@/lib/format";
import { interval, points, usdText } from "../comparison/figures";
import type { Evidence } from "./queries";
import { words } from "./words";

const PER_THOUSAND = 1000;

export function EvidenceView({ evidence }: { evidence: Evidence }) {
  const { is_best, is_not_worse, usd_per_answer, p50_seconds } = evidence;
  return (
    <div className="grid gap-2">
      <h3 className="font-medium">{words.evidence}</h3>
      <p className={is_not_worse ? undefined : "text-warn"}>
        {is_best ? words.isBest : is_not_worse ? words.notWorse : words.notBest}
        {!evidence.is_whole && ` ${words.partly}`}
      </p>
      <dl className="numbers grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        {Object.entries(evidence.scores).map(([name, score]) => (
          <Fact key={name} name={name}>
            {score ? scoreText(score) : words.noScore}
          </Fact>
        ))}
        {p50_seconds !== null && <Fact name={words.median}>{formatSeconds(p50_seconds)}</Fact>}
        <Fact name={words.cost}>{usdText(usd_per_answer === null ? null : PER_THOUSAND * usd_per_answer)}</Fact>
      </dl>
      {evidence.compared.length > 0 && (
        <ul className="grid list-disc gap-1 pl-4 text-sm">
          {evidence.compared.map((sentence) => (
            <li key={sentence} className="[overflow-wrap:anywhere]">
              {sentence}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function scoreText({ value, low, high, n }: NonNullable<Evidence["scores"][string]>): string {
  const between = interval(low, high);
  return `${points(value)}${between ? ` (${between})` : ""} ${words.scores(formatCount(n))}`;
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div className="contents">
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

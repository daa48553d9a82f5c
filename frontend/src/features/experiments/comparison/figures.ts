/** Figures of a comparison as they stand on the page, and who stands where. */
import { formatNumber, MISSING } from "@/lib/format";
import type { Pair, RankedRow, Results, Row, Scored, ScoreEstimate, Standing } from "./types";

const MINUS = "−";
const SEPARATOR = " · ";

/** A share as points of a hundred: `61.2`. */
export const points = (share: number | null | undefined): string =>
  share == null
    ? MISSING
    : (100 * share)
        .toFixed(1)
        .replace("-", MINUS)
        .replace(/^−(0\.0)$/, "$1");

/** A difference of shares with its sign: `+12.3`. */
export const signed = (share: number | null | undefined): string =>
  share == null ? MISSING : `${Number((100 * share).toFixed(1)) > 0 ? "+" : ""}${points(share)}`;

/** `56.9 to 62.3`; null where there is no interval. */
export function interval(low: number | null | undefined, high: number | null | undefined): string | null {
  return low == null || high == null ? null : `${points(low)} to ${points(high)}`;
}

export const estimateText = (estimate: ScoreEstimate | null): string => {
  const between = interval(estimate?.low, estimate?.high);
  return `${points(estimate?.value)}${between ? ` (${between})` : ""}`;
};

export const pText = (p: number | null | undefined): string =>
  p == null ? MISSING : p < 0.001 ? "< 0.001" : p.toFixed(3);

/** Money to four significant digits; nobody's price is known where there is none. */
export function usdText(usd: number | null | undefined): string {
  if (usd == null) return "unknown";
  return usd === 0 ? "$0" : `$${formatNumber(usd)}`;
}

/** What a configuration spent; a part whose price nobody knows is said beside it. */
export function spentText(row: Pick<Row, "usd" | "n_unknown_cost">): string {
  return row.usd !== null && row.n_unknown_cost > 0 ? `${usdText(row.usd)} + unknown` : usdText(row.usd);
}

/** Names without the parts that all of them share, such as the one LLM of all; the whole names where nothing is left. */
export function shortNames(names: readonly string[]): string[] {
  const parts = names.map((name) => name.split(SEPARATOR));
  const shared = new Set(parts[0]?.filter((part) => parts.every((each) => each.includes(part))));
  const short = parts.map((each) => each.filter((part) => !shared.has(part)).join(SEPARATOR));
  return names.length > 1 && short.every(Boolean) && new Set(short).size === names.length ? short : [...names];
}

/** The scorer of that name, or the first, which decides. */
export const chosenScorer = (results: Results, name: string | null): Scored | undefined =>
  results.scorers.find((each) => each.name === name) ?? results.scorers[0];

/** The configurations from best to worst by a scorer. */
export function ranked(results: Results, scorer: Scored): RankedRow[] {
  const labels = shortNames(results.configurations.map((row) => row.name));
  return results.configurations
    .map((row, at) => ({
      row,
      label: labels[at] ?? row.name,
      estimate: row.scores[scorer.name]?.estimate ?? null,
      standing: standingOf(row, scorer),
    }))
    .sort((one, other) => (other.estimate?.value ?? -1) - (one.estimate?.value ?? -1));
}

function standingOf(row: Row, scorer: Scored): Standing {
  if (!row.scores[scorer.name]?.estimate) return "unscored";
  if (row.place === scorer.best) return "best";
  if (row.place === scorer.cheapest_not_worse) return "cheapest";
  return scorer.not_worse.includes(row.place) ? "as_good" : "worse";
}

/** The pair as one of the two sees it: its difference to the other. */
export function seenFrom(pair: Pair, place: number): Pair {
  if (pair.first === place) return pair;
  const turned = (value: number | null | undefined) => (value == null ? null : 0 - value);
  return {
    ...pair,
    first: pair.second,
    second: pair.first,
    first_value: pair.second_value,
    second_value: pair.first_value,
    difference: turned(pair.difference),
    low: turned(pair.high),
    high: turned(pair.low),
    n_only_first: pair.n_only_second,
    n_only_second: pair.n_only_first,
  };
}

/** What keeps two configurations from being told apart, or that they are. */
export type Verdict = "better" | "worse" | "open" | "same" | "apart";

export function verdictOf(pair: Pair): Verdict {
  if (pair.difference == null || pair.p_value == null) return "apart";
  if (pair.test === "identical") return "same";
  if (!pair.is_certain) return "open";
  return pair.difference > 0 ? "better" : "worse";
}

/** Figures in groups as they are read, and how each is written. */
import { formatFraction, formatNumber, formatSeconds, MISSING } from "@/lib/format";
import type { Figure, FigureChange } from "./types";
import { words } from "./words";

export const GROUPS = {
  retrieval: ["hit_at_1", "hit_at_3", "hit_at_5", "hit_at_10", "mrr_at_10", "ndcg_at_10"],
  abstaining: ["answered", "abstention_precision", "abstention_recall"],
  answering: [
    "cited_truth",
    "citation_accuracy",
    "quotes_verified",
    "faithfulness",
    "answer_f1",
    "answer_recall",
    "judged",
  ],
  effort: ["seconds", "latency_p50", "latency_p95", "cost_usd"],
} as const;

/** What the trend can show; seconds and money have axes of their own. */
export const SHARES: readonly string[] = [...GROUPS.retrieval, ...GROUPS.abstaining, ...GROUPS.answering];

const IN_SECONDS = new Set(["seconds", "latency_p50", "latency_p95"]);
/** Means of ranks are no shares of questions: they are compared digit by digit. */
const MEANS = new Set(["mrr_at_10", "ndcg_at_10", "answer_f1"]);

export function formatFigure(name: string, value: number | null): string {
  if (value === null) return MISSING;
  if (IN_SECONDS.has(name)) return formatSeconds(value);
  if (name === "cost_usd") return formatNumber(value);
  return MEANS.has(name) ? value.toFixed(3) : formatFraction(value);
}

export function intervalText(name: string, { low, high }: Figure): string | null {
  return low === null || high === null ? null : `${formatFigure(name, low)} to ${formatFigure(name, high)}`;
}

/** With its sign; shares in points of a percent. */
export function formatChange(name: string, { difference }: Pick<FigureChange, "difference">): string {
  if (difference === null) return MISSING;
  if (difference === 0) return words.same;
  const sign = difference > 0 ? "+" : "−";
  const size = Math.abs(difference);
  if (IN_SECONDS.has(name)) return `${sign}${formatSeconds(size)}`;
  if (name === "cost_usd") return `${sign}${formatNumber(size)}`;
  const [text, unit] = MEANS.has(name) ? [size.toFixed(3), ""] : [(size * 100).toFixed(1), " points"];
  return Number(text) === 0 ? words.almostSame : `${sign}${text}${unit}`;
}

/** Whether its interval leaves 0 out. */
export const isSure = ({ low, high }: FigureChange) => low !== null && high !== null && (low > 0 || high < 0);

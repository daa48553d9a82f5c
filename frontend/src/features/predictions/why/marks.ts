/** Where the words that counted stand in a text: pieces of it, each with what it added to the score. */
import type { Reason } from "@/api/types";

export type Piece = { text: string; start: number; contribution: number };

type Span = { start: number; end: number; contribution: number };

/** The text in pieces, in order and without a gap; what no reason names has a contribution of 0. */
export function markedText(text: string, reasons: readonly Reason[]): Piece[] {
  const points = Array.from(text);
  const spans = withoutOverlaps(reasons.flatMap((reason) => spansOf(points, reason)));
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, contribution } of spans) {
    if (start > at) pieces.push({ text: points.slice(at, start).join(""), start: at, contribution: 0 });
    pieces.push({ text: points.slice(start, end).join(""), start, contribution });
    at = end;
  }
  if (at < points.length) pieces.push({ text: points.slice(at).join(""), start: at, contribution: 0 });
  return pieces;
}

const spansOf = (points: readonly string[], { spans, contribution }: Reason): Span[] =>
  (spans ?? [])
    .filter(([start, end]) => start >= 0 && start < end && end <= points.length)
    .map(([start, end]) => ({ start, end, contribution }));

/** Where two reasons share letters (a word and the pair it stands in), the stronger one is marked. */
function withoutOverlaps(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  for (const span of [...spans].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))) {
    if (kept.every((other) => span.end <= other.start || other.end <= span.start)) kept.push(span);
  }
  return kept.sort((a, b) => a.start - b.start);
}

/** 0 to 1: how strong a contribution is beside the strongest. */
export function strength(contribution: number, reasons: readonly Reason[]): number {
  const most = Math.max(...reasons.map((reason) => Math.abs(reason.contribution)), Number.MIN_VALUE);
  return Math.abs(contribution) / most;
}

/** A text in pieces, by places that are counted in characters (code points), as the server counts them. */
import type { Block } from "../types";

export type Stretch = readonly [start: number, end: number];
export type Piece = { text: string; start: number; isMarked: boolean };
export type Reading = (start: number, end: number) => string;

const PAIRS = /[\ud800-\udbff][\udc00-\udfff]/;

/** Reads stretches of the text; most texts have no character that JavaScript counts twice, and are cut as they are. */
export function readingOf(text: string): Reading {
  if (!PAIRS.test(text)) return (start, end) => text.slice(start, end);
  const points = Array.from(text);
  return (start, end) => points.slice(start, end).join("");
}

/** What is before, in and after the part of the stretch that lies in `[start, end)`; empty pieces are left out. */
export function piecesOf(
  read: Reading,
  { start, end }: Pick<Block, "start" | "end">,
  stretch: Stretch | null,
): Piece[] {
  const from = Math.min(end, Math.max(start, stretch?.[0] ?? end));
  const to = Math.max(from, Math.min(end, stretch?.[1] ?? end));
  const cuts: [number, number, boolean][] = [
    [start, from, false],
    [from, to, true],
    [to, end, false],
  ];
  return cuts
    .filter(([a, b]) => a < b)
    .map(([a, b, isMarked]) => ({ text: read(a, b), start: a, isMarked: isMarked && stretch !== null }));
}

/** Whether any of the stretch lies in the block. */
export const touches = ({ start, end }: Pick<Block, "start" | "end">, stretch: Stretch | null) =>
  stretch !== null && stretch[0] < end && start < stretch[1];

/** Blocks, and what lies between them where something does: nothing of the text is left out. */
export function wholeBlocks(blocks: readonly Block[], length: number, read: Reading): Block[] {
  const whole: Block[] = [];
  let at = 0;
  const fill = (to: number) => {
    if (at < to && read(at, to).trim() !== "")
      whole.push({ kind: "paragraph", start: at, end: to, level: null, anchor: null, language: null, page: null });
  };
  for (const block of blocks) {
    fill(block.start);
    whole.push(block);
    at = Math.max(at, block.end);
  }
  fill(length);
  return whole;
}

export const lengthOf = (text: string): number => (PAIRS.test(text) ? Array.from(text).length : text.length);

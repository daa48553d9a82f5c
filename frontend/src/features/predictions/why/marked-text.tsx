"use client";
import type { Reason } from "@/api/types";
/** A text with the words that counted: the stronger the colour, the more it added; the line under it says which way. */
import { formatCount } from "@/lib/format";
import { markedText, strength } from "./marks";
import { signed, WAYS } from "./ways";
import { words } from "./words";

/** Longer texts are shown to here: nobody reads on, and the page stays quick. */
const SHOWN = 4000;
const MOST_COLOUR = 42;
const LEAST_COLOUR = 10;

type Props = { column: string | null; text: string; reasons: readonly Reason[] };

export function MarkedText({ column, text, reasons }: Props) {
  const points =
    text.length > SHOWN
      ? Array.from(text.slice(0, SHOWN * 2))
          .slice(0, SHOWN)
          .join("")
      : text;
  return (
    <figure className="grid gap-1">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4 text-muted text-sm">
        <span>{column ?? words.marked}</span>
        <span className="flex gap-3 text-xs">
          <Legend way="towards" />
          <Legend way="against" />
        </span>
      </figcaption>
      <p
        dir="auto"
        className="max-h-64 overflow-y-auto whitespace-pre-wrap break-words rounded-md border border-line bg-surface px-3 py-2 leading-relaxed"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {markedText(points, reasons).map((piece) =>
          piece.contribution === 0 ? (
            <span key={piece.start}>{piece.text}</span>
          ) : (
            <mark
              key={piece.start}
              title={`${piece.text}: ${signed(piece.contribution)}`}
              className="rounded-sm text-text"
              style={markStyle(piece.contribution, strength(piece.contribution, reasons))}
            >
              {piece.text}
            </mark>
          ),
        )}
      </p>
      {points.length < text.length && (
        <p className="text-muted text-xs">{words.cut(formatCount(SHOWN), formatCount(text.length))}</p>
      )}
    </figure>
  );
}

function markStyle(contribution: number, share: number) {
  const color = contribution > 0 ? WAYS.towards : WAYS.against;
  return {
    backgroundColor: `color-mix(in srgb, ${color} ${LEAST_COLOUR + share * (MOST_COLOUR - LEAST_COLOUR)}%, transparent)`,
    borderBottom: `2px ${contribution > 0 ? "solid" : "dashed"} ${color}`,
  };
}

const Legend = ({ way }: { way: keyof typeof WAYS }) => (
  <span className="inline-flex items-center gap-1">
    <span
      aria-hidden
      className="inline-block w-4"
      style={{ borderBottom: `2px ${way === "towards" ? "solid" : "dashed"} ${WAYS[way]}` }}
    />
    {words[way]}
  </span>
);

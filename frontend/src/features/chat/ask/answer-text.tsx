"use client";
/** The text of an answer: Markdown without links or pictures, every [n] a button that opens the passage. */
import { useMemo } from "react";
import { type Mark, Markdown } from "@/ui/markdown";
import type { Citation } from "../types";
import type { Turn } from "./turn";
import { useOpenPassage } from "./use-passage";
import { words } from "./words";

const NUMBER = /\s*\[(\d{1,3})\]/;

export const ANSWER_LOOK =
  "grid min-w-0 grid-cols-1 gap-2 leading-relaxed [overflow-wrap:anywhere] [&_blockquote]:border-line [&_blockquote]:border-l-2 [&_blockquote]:pl-3 [&_code]:font-mono [&_code]:text-sm [&_li]:my-0.5 [&_ol]:list-decimal [&_ol]:pl-6 [&_p]:whitespace-pre-wrap [&_pre]:overflow-x-auto [&_pre]:rounded-md [&_pre]:border [&_pre]:border-line [&_pre]:bg-sunken [&_pre]:p-3 [&_table]:block [&_table]:overflow-x-auto [&_td]:border-line [&_td]:border-b [&_td]:px-2 [&_td]:py-1 [&_th]:border-line [&_th]:border-b [&_th]:px-2 [&_th]:py-1 [&_th]:text-left [&_ul]:list-disc [&_ul]:pl-6";

export function AnswerText({ turn, isWriting }: { turn: Turn; isWriting: boolean }) {
  const openPassage = useOpenPassage();
  const marks = useMemo(() => citationMarks(turn.citations, openPassage), [turn.citations, openPassage]);
  return (
    <div dir="auto" className={ANSWER_LOOK}>
      <Markdown text={turn.text} marks={marks} canLink={false} />
      {isWriting && <span aria-hidden className="inline-block h-4 w-1.5 bg-accent" />}
    </div>
  );
}

/** `[n]` of a citation that is there; any other stays as it was written. */
export function citationMarks(citations: readonly Citation[], onOpen: (citation: Citation) => void): Mark[] {
  const byNumber = new Map(citations.map((citation) => [citation.n, citation]));
  return [
    [
      NUMBER,
      ([written, n]) => {
        const citation = byNumber.get(Number(n));
        return citation ? <CitationButton citation={citation} onOpen={onOpen} /> : written;
      },
    ],
  ];
}

export function CitationButton({ citation, onOpen }: { citation: Citation; onOpen: (citation: Citation) => void }) {
  return (
    <button
      type="button"
      aria-label={words.cite(citation.n, citation.title)}
      title={citation.quote}
      className="numbers mx-0.5 inline-block min-w-5 rounded-sm bg-accent-soft px-1 align-baseline font-medium text-accent text-xs leading-5 hover:bg-accent hover:text-on-accent"
      onClick={() => onOpen(citation)}
    >
      {citation.n}
    </button>
  );
}

/** As it is read out and copied: the words, and the numbers of what they rest on. */
export const plainAnswer = ({ text }: Turn): string => text.replaceAll(/[*`#]+/g, "");

"use client";
/** What an answer rests on: the document, where in it, and the exact words. */
import { ExternalLink } from "lucide-react";
import type { Citation } from "../types";
import { useOpenPassage } from "./use-passage";
import { words } from "./words";

export function CitationList({ citations }: { citations: readonly Citation[] }) {
  const inOrder = [...citations].sort((a, b) => a.n - b.n);
  return (
    <div className="grid grid-cols-1 gap-1">
      <h3 className="font-medium text-muted text-sm">{words.citations}</h3>
      <ol aria-label={words.citations} className="grid grid-cols-1 gap-1">
        {inOrder.map((citation) => (
          <CitationItem key={citation.n} citation={citation} />
        ))}
      </ol>
    </div>
  );
}

function CitationItem({ citation }: { citation: Citation }) {
  const openPassage = useOpenPassage();
  const { n, title, headings, page, quote, url } = citation;
  const path = headings.filter((heading) => heading !== title);
  const where = [...path, ...(page === null ? [] : [words.page(page)])].join(" › ");
  return (
    <li className="flex min-w-0 items-start gap-1 rounded-md border border-line">
      <button
        type="button"
        disabled={citation.document_id === null}
        className="flex min-w-0 flex-1 items-start gap-2 rounded-md px-2.5 py-1.5 text-left hover:not-disabled:bg-hover"
        onClick={() => openPassage(citation)}
      >
        <span className="numbers mt-0.5 min-w-5 rounded-sm bg-accent-soft px-1 text-center font-medium text-accent text-xs leading-5">
          {n}
        </span>
        <span className="grid min-w-0 flex-1 gap-0.5">
          <span className="flex min-w-0 flex-wrap gap-x-2 text-sm">
            <bdi className="font-medium [overflow-wrap:anywhere]">
              {citation.is_selection ? words.selection : title}
            </bdi>
            {where && <bdi className="text-muted [overflow-wrap:anywhere]">{where}</bdi>}
          </span>
          <q className="line-clamp-3 text-sm [overflow-wrap:anywhere]" dir="auto">
            {quote}
          </q>
        </span>
      </button>
      {url && (
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          aria-label={`${words.onSite}: ${title}`}
          title={words.onSite}
          className="m-1 grid size-7 shrink-0 place-items-center rounded-md text-muted hover:bg-hover hover:text-text"
        >
          <ExternalLink aria-hidden className="size-4" />
        </a>
      )}
    </li>
  );
}

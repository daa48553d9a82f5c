"use client";
/** What is known of one document, beside the list: why it is not indexed, and the ways to open it. */
import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Panel } from "@/ui/panel";
import { RelativeTime } from "@/ui/relative-time";
import { documentHref } from "../places";
import type { Document } from "../types";
import { documentQuery } from "../viewer/queries";
import { TextSkeleton } from "../viewer/text-skeleton";
import { words } from "./words";

export function DocumentPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const document = useQuery(documentQuery(id));
  return (
    <Panel open onClose={onClose} title={document.data?.title || document.data?.key || words.panel.title}>
      {document.isPending && <TextSkeleton />}
      {document.error && (
        <ErrorState title={words.failed} error={document.error} retry={() => void document.refetch()} />
      )}
      {document.data && <Known document={document.data} />}
    </Panel>
  );
}

function Known({ document }: { document: Document }) {
  const { panel } = words;
  return (
    <div className="grid grid-cols-1 gap-4 p-4">
      <div className="flex flex-wrap gap-2 empty:hidden">
        {document.state !== "failed" && (
          <Button look="primary" asChild>
            <Link href={documentHref({ document_id: document.id })}>{panel.open}</Link>
          </Button>
        )}
        {document.url && (
          <Button asChild>
            <a href={document.url} target="_blank" rel="noreferrer">
              {panel.openSite}
              <ExternalLink />
            </a>
          </Button>
        )}
      </div>
      {document.error && (
        <div role="alert" className="grid gap-1 rounded-md border border-bad bg-bad-soft px-3 py-2">
          <p className="font-medium">{panel.why}</p>
          <p className="[overflow-wrap:anywhere]">{document.error.message}</p>
          {document.error.hint && <p className="text-muted text-sm">{document.error.hint}</p>}
        </div>
      )}
      <Facts document={document} />
      {document.notes.length > 0 && (
        <div className="grid gap-1">
          <h3 className="font-medium">{panel.notes}</h3>
          <ul className="grid gap-1 text-muted text-sm">
            {document.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Facts({ document }: { document: Document }) {
  const { facts: names } = words.panel;
  const facts: [string, ReactNode][] = [
    [names.key, <bdi key="key">{document.key}</bdi>],
    [names.loader, document.loader],
    [names.language, document.language],
    [names.words, words.wordsOf(formatCount(document.n_words_indexed), formatCount(document.n_words))],
    [names.chunks, formatCount(document.n_chunks)],
    [names.added, <RelativeTime key="added" at={document.added_at} />],
    [names.changed, <RelativeTime key="changed" at={document.changed_at} />],
  ];
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="numbers [overflow-wrap:anywhere]">{value ?? "–"}</dd>
        </div>
      ))}
    </dl>
  );
}

"use client";
/** The most frequent words: a picture, and beside it the list that says the same to everybody. */
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { useIsDark } from "@/lib/theme";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Skeleton } from "@/ui/skeleton";
import type { Batch } from "../types";
import { words } from "../words";
import { CloudChoice } from "./cloud-choice";
import { type Asked, type Counted, pictureAddress, wordsQuery } from "./queries";
import { WordList } from "./word-list";

type Props = {
  batch: Batch;
  columns: readonly string[];
  /** As it stands in the form. */
  chosen: Asked;
  /** The same a moment later, when nobody types any more. */
  asked: Asked;
  onChange: (chosen: Asked) => void;
};

export function Cloud({ batch, columns, chosen, asked, onChange }: Props) {
  const query = useQuery(wordsQuery(batch.id, asked));
  const found = query.data;
  return (
    <div className="grid gap-4">
      <CloudChoice batch={batch} columns={columns} asked={chosen} counted={found} onChange={onChange} />
      {query.isPending && (
        <div
          role="status"
          aria-label={words.cloud.loading}
          className="grid gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]"
        >
          <Skeleton className="h-96" />
          <Skeleton className="h-96" />
        </div>
      )}
      {query.error && <ErrorState title={words.cloud.failed} error={query.error} retry={() => void query.refetch()} />}
      {found && found.words.length === 0 && <EmptyState title={words.cloud.none}>{found.told}</EmptyState>}
      {found && found.words.length > 0 && (
        <div
          className={`grid items-start gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(260px,1fr)] ${query.isPlaceholderData ? "opacity-60" : ""}`}
        >
          <Picture batch={batch} asked={asked} counted={found} />
          <WordList batch={batch} counted={found} asked={asked} />
        </div>
      )}
    </div>
  );
}

/** An image: what is drawn in it can neither run nor fetch anything. */
function Picture({ batch, asked, counted }: { batch: Batch; asked: Asked; counted: Counted }) {
  const theme = useIsDark() ? "dark" : "light";
  const source = pictureAddress(batch.id, asked, "svg", theme);
  const [failed, setFailed] = useState<string | null>(null);
  return (
    <figure className="grid min-w-0 gap-2">
      <figcaption className="flex flex-wrap items-center justify-between gap-2">
        <span className="text-muted text-sm">{counted.told}</span>
        <span className="flex gap-1">
          {(["svg", "png"] as const).map((kind) => (
            <Button key={kind} size="sm" look="quiet" asChild>
              <a href={pictureAddress(batch.id, asked, kind, theme)} download aria-label={words.cloud[kind]}>
                <Download />
                {kind.toUpperCase()}
              </a>
            </Button>
          ))}
        </span>
      </figcaption>
      {failed === source ? (
        <p className="text-muted text-sm">{words.cloud.drawFailed}</p>
      ) : (
        // biome-ignore lint/performance/noImgElement: the picture is made by the server, and there is no loader in a static export
        <img
          src={source}
          alt={words.cloud.alt}
          className="aspect-[2/1] w-full rounded-md border border-line bg-surface object-contain"
          onError={() => setFailed(source)}
        />
      )}
      {counted.not_drawn.length > 0 && (
        <p className="line-clamp-2 break-words text-muted text-sm">
          {words.cloud.notDrawn(counted.not_drawn.join(", "))}
        </p>
      )}
    </figure>
  );
}

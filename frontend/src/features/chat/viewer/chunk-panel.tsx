"use client";
/** What is found of a document as a whole: its chunks in order; one is highlighted in the text when it is opened. */
import { useQuery } from "@tanstack/react-query";
import { cx } from "class-variance-authority";
import { ErrorState } from "@/ui/error-state";
import { Panel } from "@/ui/panel";
import { TableSkeleton } from "@/ui/skeleton";
import { chunksQuery } from "./queries";
import { words } from "./words";

type Props = { id: string; openAt: string | null; onOpen: (at: string) => void; onClose: () => void };

export function ChunkPanel({ id, openAt, onOpen, onClose }: Props) {
  const list = useQuery(chunksQuery(id));
  return (
    <Panel open onClose={onClose} title={words.chunks} width={320}>
      {list.isPending && <TableSkeleton label={words.chunksLoading} />}
      {list.error && <ErrorState title={words.chunksFailed} error={list.error} retry={() => void list.refetch()} />}
      {list.data?.length === 0 && <p className="p-4 text-muted">{words.noChunks}</p>}
      <ol className="grid">
        {list.data?.map((chunk) => {
          const at = `${chunk.start}-${chunk.end}`;
          return (
            <li key={chunk.id} className="border-line border-b">
              <button
                type="button"
                aria-current={openAt === at ? "true" : undefined}
                className={cx(
                  "grid w-full gap-0.5 px-4 py-2 text-left hover:bg-hover",
                  openAt === at && "bg-accent-soft",
                )}
                onClick={() => onOpen(at)}
              >
                <span className="numbers flex justify-between gap-2 text-sm">
                  {words.chunk(chunk.place)}
                  <span className="text-muted">{words.tokens(chunk.n_tokens)}</span>
                </span>
                <bdi className="truncate text-muted text-xs">{chunk.headings.join(" › ")}</bdi>
              </button>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

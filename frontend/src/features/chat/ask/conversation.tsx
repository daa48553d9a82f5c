"use client";
/** The turns of a conversation, oldest first, in view as they grow. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { isNotFound } from "@/api/client";
import { formatCount } from "@/lib/format";
import { ErrorState } from "@/ui/error-state";
import { Skeleton } from "@/ui/skeleton";
import type { Collection } from "../types";
import { words as shared } from "../words";
import { sessionQuery } from "./queries";
import { merged, type Turn } from "./turn";
import { TurnView } from "./turn-view";
import { words } from "./words";

type Props = {
  collection: Collection;
  session: string | null;
  /** What was asked on this page. */
  here: readonly Turn[];
  onRetry: (turn: Turn) => void;
  onAsk: (question: string) => void;
};

export function Conversation({ collection, session, here, onRetry, onAsk }: Props) {
  const kept = useQuery({ ...sessionQuery(collection.endpoint_id, session ?? ""), enabled: session !== null });
  const turns = merged(session === null ? [] : (kept.data?.turns ?? []), here);
  const scroller = useFollowing(turns);
  const isWaiting = session !== null && kept.isPending && here.length === 0;
  const error = here.length === 0 ? kept.error : null;
  return (
    <section
      ref={scroller}
      aria-label={kept.data?.title ?? words.fresh}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
    >
      {isWaiting && <Loading />}
      {error && (
        <ErrorState
          title={words.failed}
          error={isNotFound(error) ? new Error(words.gone) : error}
          retry={isNotFound(error) ? undefined : () => void kept.refetch()}
        />
      )}
      {!isWaiting && !error && turns.length === 0 && <Start collection={collection} />}
      <ol className="mx-auto grid max-w-[76ch] grid-cols-1 gap-6 px-4 py-5">
        {turns.map((turn) => (
          <li key={turn.key} className="min-w-0">
            <TurnView endpointId={collection.endpoint_id} turn={turn} onRetry={onRetry} onAsk={onAsk} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Loading() {
  return (
    <div role="status" aria-label={words.loading} className="mx-auto grid max-w-[76ch] gap-4 px-4 py-6">
      <Skeleton className="h-5 w-2/3" />
      <Skeleton className="h-24" />
      <Skeleton className="h-5 w-1/2" />
      <Skeleton className="h-24" />
    </div>
  );
}

function Start({ collection }: { collection: Collection }) {
  const { name, n_documents, n_words } = collection;
  return (
    <div className="mx-auto grid max-w-[60ch] gap-2 px-4 pt-12 text-center">
      <p className="font-medium text-lg [overflow-wrap:anywhere]">{words.start(name)}</p>
      <p className="text-muted">{words.startText(shared.nDocuments(n_documents), formatCount(n_words))}</p>
      {collection.state === "syncing" && <p className="text-warn">{words.stillSyncing}</p>}
    </div>
  );
}

/** How far from the end one may have scrolled and still be following. */
const NEAR_PX = 120;

/** Keeps the end in view while it grows, unless the reader has scrolled away from it. */
function useFollowing(turns: readonly Turn[]) {
  const scroller = useRef<HTMLElement>(null);
  const isFollowing = useRef(true);
  const last = turns.at(-1);
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const look = () => {
      isFollowing.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    };
    box.addEventListener("scroll", look, { passive: true });
    return () => box.removeEventListener("scroll", look);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what grows is what is followed
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    if (isFollowing.current || last?.state === "waiting") box.scrollTop = box.scrollHeight;
  }, [turns.length, last?.text, last?.state, last?.citations.length]);
  return scroller;
}

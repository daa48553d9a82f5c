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
          <li key={turn.key} data-turn className="min-w-0">
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

/** A reader who scrolled further than this from where the conversation went reads something else. */
const NEAR_PX = 120;
/** Above the question that is followed. */
const MARGIN_PX = 16;

/**
 * Goes with the answer as it grows, but never past its question: a long answer is read from its beginning. A reader who
 * scrolled away is left where they are.
 */
function useFollowing(turns: readonly Turn[]) {
  const scroller = useRef<HTMLElement>(null);
  const wentTo = useRef(0);
  const last = turns.at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what grows is what is followed
  useEffect(() => {
    const box = scroller.current;
    const latest = box?.querySelector("li[data-turn]:last-child");
    if (!box || !latest) return;
    const isFollowing = Math.abs(box.scrollTop - wentTo.current) < NEAR_PX;
    if (!isFollowing && last?.state !== "waiting") return;
    const top = latest.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop - MARGIN_PX;
    box.scrollTop = Math.min(box.scrollHeight - box.clientHeight, top);
    wentTo.current = box.scrollTop;
  }, [turns.length, last?.text, last?.state, last?.citations.length]);
  return scroller;
}

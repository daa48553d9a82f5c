"use client";
/** A conversation with a collection: those before at the left, the passage that a citation names at the right. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import type { Collection } from "../types";
import { ask, openConversation, retryKey, stopAnswer, useConversation } from "./asking";
import { Conversation } from "./conversation";
import { PassagePanel } from "./passage-panel";
import { QuestionBox } from "./question-box";
import { SessionList, SessionMenu } from "./sessions";
import { isGoing, type Turn } from "./turn";
import { passageText, usePassage } from "./use-passage";
import { words } from "./words";

export function AskTab({ collection }: { collection: Collection }) {
  const [, setTab] = useParam("tab");
  if (collection.n_documents === 0) {
    const empty = words.empty[emptyBecause(collection)];
    return (
      <EmptyState
        title={empty.title}
        actions={
          <Button look="primary" onClick={() => setTab("documents")}>
            {empty.action}
          </Button>
        }
      >
        {empty.text}
      </EmptyState>
    );
  }
  return <Asking collection={collection} />;
}

function emptyBecause({ state }: Collection): keyof typeof words.empty {
  return state === "syncing" || state === "failed" ? state : "bare";
}

function Asking({ collection }: { collection: Collection }) {
  const client = useQueryClient();
  const endpointId = collection.endpoint_id;
  const [session, goTo] = useSession(endpointId);
  const [place, closePassage] = usePassage();
  const here = useConversation(endpointId);
  const isAnswering = here.turns.some(isGoing);
  const send = (question: string, key?: string) => void ask(client, endpointId, { question, session, key });
  const retry = (turn: Turn) => send(turn.question, retryKey(turn));
  return (
    <div className="flex h-full min-h-0 min-w-0">
      <SessionList endpointId={endpointId} openId={session} onOpen={goTo} isTight={place !== null} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <SessionMenu endpointId={endpointId} openId={session} onOpen={goTo} />
        <Conversation collection={collection} session={session} here={here.turns} onRetry={retry} onAsk={send} />
        <QuestionBox
          key={session ?? "new"}
          isFirst={session === null && here.turns.length === 0}
          isAnswering={isAnswering}
          onAsk={send}
          onStop={() => stopAnswer(endpointId)}
        />
      </div>
      {place && <PassagePanel key={passageText(place)} place={place} onClose={closePassage} />}
    </div>
  );
}

/** The conversation in the address; a new one enters it as soon as the server has named it. */
function useSession(endpointId: string): [string | null, (session: string | null) => void] {
  const [session, setSession] = useParam("session");
  const here = useConversation(endpointId);
  const isNamed = here.session !== null && session === null && here.turns.length > 0;
  useEffect(() => {
    if (isNamed) setSession(here.session, "replace");
    else if (session !== here.session) openConversation(endpointId, session);
  }, [endpointId, session, here.session, isNamed, setSession]);
  const goTo = (next: string | null) => {
    openConversation(endpointId, next);
    setSession(next);
  };
  return [session, goTo];
}

/** Questions on their way. They go on while other parts of the page are open, so they live outside of it. */
import type { QueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import { postForEvents } from "@/api/event-post";
import { Unreachable } from "@/lib/api-error";
import { sessionQuery, sessionsQuery } from "./queries";
import { askedTurn, BrokenOff, ended, folded, merged, type Turn } from "./turn";

/** What was asked here and the server's list may not have yet; `session` is null until the server names it. */
type Conversation = { session: string | null; turns: Turn[]; stop: AbortController | null };
type Store = Record<string, Conversation | undefined>;

const useStore = create<Store>(() => ({}));
const none: Conversation = { session: null, turns: [], stop: null };

/** What this page knows of the conversation that is open with an endpoint. */
export const useConversation = (endpointId: string): Conversation => useStore((store) => store[endpointId] ?? none);

const current = (endpointId: string): Conversation => useStore.getState()[endpointId] ?? none;

function change(endpointId: string, fields: Partial<Conversation>) {
  useStore.setState({ [endpointId]: { ...current(endpointId), ...fields } });
}

function changeTurn(endpointId: string, key: string, next: (turn: Turn) => Turn) {
  const { turns } = current(endpointId);
  change(endpointId, { turns: turns.map((turn) => (turn.key === key ? next(turn) : turn)) });
}

/** Another conversation, or a new one: an answer that is being written is stopped. */
export function openConversation(endpointId: string, session: string | null) {
  if (current(endpointId).session === session && session !== null) return;
  stopAnswer(endpointId);
  change(endpointId, { session, turns: [], stop: null });
}

/** Keeps what was written so far. */
export const stopAnswer = (endpointId: string) => current(endpointId).stop?.abort();

export type Question = { question: string; session: string | null; key?: string };

/** Ask; with the key of a question that did not arrive, that question is asked again and not counted twice. */
export async function ask(client: QueryClient, endpointId: string, { question, session, key }: Question) {
  const stop = new AbortController();
  const before = current(endpointId).turns.filter(({ key: other, state }) => other !== key && state !== "failed");
  const kept = session ? client.getQueryData(sessionQuery(endpointId, session).queryKey)?.turns : undefined;
  const turn = askedTurn(question, key ?? crypto.randomUUID(), merged(kept ?? [], before).length);
  change(endpointId, { session, turns: [...before, turn], stop });
  try {
    await postForEvents(
      `/endpoints/${endpointId}/calls`,
      { inputs: [{ question }], ...(session && { session }) },
      {
        idempotencyKey: turn.key,
        signal: stop.signal,
        onEvent: (event) => {
          if (event.kind === "meta") change(endpointId, { session: (event.data as { session: string }).session });
          changeTurn(endpointId, turn.key, (now) => folded(now, event));
        },
      },
    );
    changeTurn(endpointId, turn.key, (now) => ended(now, { error: new BrokenOff() }));
  } catch (error) {
    changeTurn(endpointId, turn.key, (now) => ended(now, stop.signal.aborted ? "stopped" : { error }));
  }
  if (current(endpointId).stop === stop) change(endpointId, { stop: null });
  await refresh(client, endpointId);
}

async function refresh(client: QueryClient, endpointId: string) {
  const { session } = current(endpointId);
  void client.invalidateQueries({ queryKey: sessionsQuery(endpointId).queryKey });
  if (session) await client.invalidateQueries({ queryKey: sessionQuery(endpointId, session).queryKey });
}

/** A question that never arrived, or whose answer was cut, is asked again under its key; a refusal under a new one. */
export const retryKey = ({ error, key }: Turn): string | undefined =>
  error instanceof Unreachable || error instanceof BrokenOff || error instanceof TypeError ? key : undefined;

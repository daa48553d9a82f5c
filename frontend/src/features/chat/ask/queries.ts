/** Conversations with an endpoint, as the server keeps them for this reader, and what the reader thinks of answers. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, put, remove } from "@/api/client";
import type { Page } from "@/api/types";
import type { AnsweringLlm, Citation, Strategy, Thumb, Tokens } from "../types";
import { askedTurn, type Feedback, type Turn } from "./turn";

export type Session = { id: string; title: string; created_at: string; seen_at: string; expires_at: string };

export const sessionsQuery = (endpointId: string) =>
  infiniteQueryOptions({
    queryKey: ["endpoints", "sessions", endpointId],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Session>>(`/endpoints/${endpointId}/sessions`, { cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** A turn as the server keeps it. */
type Kept = {
  call_id: string;
  question: string;
  answer: string;
  citations: Citation[];
  abstained: boolean;
  strategy: Strategy | null;
  llm: AnsweringLlm | null;
  searched_for: string | null;
  nearest: string[][];
  unsupported: string[];
  collection_version: number | null;
  usage?: Tokens | null;
  latency_seconds: number | null;
  feedback: Feedback | null;
  finish?: string | null;
  at: string;
};

export const sessionQuery = (endpointId: string, id: string) =>
  queryOptions({
    queryKey: ["endpoints", "session", endpointId, id],
    queryFn: async ({ signal }) => {
      const session = await get<Session & { turns: Kept[] }>(
        `/endpoints/${endpointId}/sessions/${id}`,
        undefined,
        signal,
      );
      return { ...session, turns: session.turns.map(keptTurn) };
    },
  });

function keptTurn(kept: Kept): Turn {
  return {
    ...askedTurn(kept.question, kept.call_id),
    state: kept.finish === "cancelled" ? "stopped" : "done",
    callId: kept.call_id,
    text: kept.answer,
    citations: kept.citations,
    abstained: kept.abstained,
    strategy: kept.strategy,
    llm: kept.llm,
    searchedFor: kept.searched_for,
    nearest: kept.nearest,
    unsupported: kept.unsupported,
    version: kept.collection_version,
    usage: kept.usage ?? null,
    seconds: kept.latency_seconds,
    feedback: kept.feedback,
    at: kept.at,
  };
}

export const deleteSession = (endpointId: string, id: string) => remove(`/endpoints/${endpointId}/sessions/${id}`);

/** A thumb that is taken back is null. */
export const giveFeedback = (endpointId: string, callId: string, thumb: Thumb | null, comment?: string) =>
  put(`/endpoints/${endpointId}/calls/${callId}/feedback`, { thumb, ...(comment && { comment }) });

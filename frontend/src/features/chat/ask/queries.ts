/** Conversations with an endpoint, as the server keeps them for this reader, and what the reader thinks of answers. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, put, remove } from "@/api/client";
import type { Page } from "@/api/types";
import type { KeptTurn, Session, Thumb } from "../types";
import { keptTurn } from "./turn";

export const sessionsQuery = (endpointId: string) =>
  infiniteQueryOptions({
    queryKey: ["endpoints", "sessions", endpointId],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Session>>(`/endpoints/${endpointId}/sessions`, { cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** Of all conversations with an endpoint that were opened. */
export const sessionsOfEndpoint = (endpointId: string) => ["endpoints", "session", endpointId] as const;

export const sessionQuery = (endpointId: string, id: string) =>
  queryOptions({
    queryKey: [...sessionsOfEndpoint(endpointId), id],
    queryFn: async ({ signal }) => {
      const session = await get<Session & { turns: KeptTurn[] }>(
        `/endpoints/${endpointId}/sessions/${id}`,
        undefined,
        signal,
      );
      return { ...session, turns: session.turns.map(keptTurn) };
    },
  });

export const deleteSession = (endpointId: string, id: string) => remove(`/endpoints/${endpointId}/sessions/${id}`);

/** A thumb that is taken back is null. */
export const giveFeedback = (endpointId: string, callId: string, thumb: Thumb | null, comment?: string) =>
  put(`/endpoints/${endpointId}/calls/${callId}/feedback`, { thumb, ...(comment && { comment }) });

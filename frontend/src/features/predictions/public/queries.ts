/** What a visitor asks of an endpoint that its owner made public. */
import { queryOptions } from "@tanstack/react-query";
import { get, isNotFound, post } from "@/api/client";
import type { Cell, Signature } from "@/api/types";
import type { Output } from "../shapes";

export type PublicEndpoint = { id: string; name: string; signature: Signature; max_inputs: number };
export type PublicResult = { outputs: Output[]; latency_seconds: number; warnings: string[] };

export const publicEndpointQuery = (id: string) =>
  queryOptions({
    queryKey: ["public", id],
    queryFn: ({ signal }) => get<PublicEndpoint>(`/public/endpoints/${encodeURIComponent(id)}`, undefined, signal),
    retry: (failures, error) => failures < 2 && !isNotFound(error),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const callPublic = (id: string, row: Record<string, Cell>) =>
  post<PublicResult>(`/public/endpoints/${encodeURIComponent(id)}/calls`, { inputs: [row] });

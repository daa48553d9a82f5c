/** What a visitor asks of an endpoint that its owner made public. */
import { queryOptions } from "@tanstack/react-query";
import { get, isNotFound, post } from "@/api/client";
import type { Cell, PublicEndpoint, PublicResult } from "@/api/types";

export const publicEndpointQuery = (id: string) =>
  queryOptions({
    queryKey: ["public", id],
    queryFn: ({ signal }) => get<PublicEndpoint>(`/public/endpoints/${encodeURIComponent(id)}`, undefined, signal),
    retry: (failures, error) => failures < 2 && !isNotFound(error),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const callPublic = (id: string, row: Record<string, Cell>) =>
  post<PublicResult>(`/public/endpoints/${encodeURIComponent(id)}/calls`, { inputs: [row] });

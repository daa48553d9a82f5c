/** The cards of all kinds: they change only with the server's version. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { get } from "./client";
import type { Kinds } from "./types";

export const kindsQuery = queryOptions({
  queryKey: ["kinds"],
  queryFn: ({ signal }) => get<Kinds>("/kinds", undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** An engine's name on screen, by its kind. */
export function useEngineTitle(): (kind: string) => string {
  const kinds = useQuery(kindsQuery).data;
  return (kind) => kinds?.engine?.find((card) => card.kind === kind)?.title ?? kind.replaceAll("_", " ");
}

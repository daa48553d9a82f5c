/** The cards of all kinds: they change only with the server's version. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { get } from "./client";
import type { Kinds } from "./types";

/** What forms and palettes are made from; the auditor's rules, as many as all others, are asked for where they show. */
const FAMILIES = ["engine", "index", "job", "loader", "node", "platform", "provider", "servable"];

export const kindsOf = (families: readonly string[]) =>
  queryOptions({
    queryKey: ["kinds", ...families],
    queryFn: ({ signal }) => get<Kinds>("/kinds", { family: families }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const kindsQuery = kindsOf(FAMILIES);
export const rulesQuery = kindsOf(["rule"]);

/** An engine's name on screen, by its kind. */
export function useEngineTitle(): (kind: string) => string {
  const kinds = useQuery(kindsQuery).data;
  return (kind) => kinds?.engine?.find((card) => card.kind === kind)?.title ?? kind.replaceAll("_", " ");
}

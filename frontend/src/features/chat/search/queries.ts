/** What retrieval finds for a question. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "@/api/client";
import type { Named } from "@/api/types";

export type Retrieved = Named["RetrievedOut"];
export type Passage = Named["PassageOut"];
export type Evidence = Named["EvidenceOut"];

export const PASSAGES = 10;

export const searchQuery = (id: string, question: string) =>
  queryOptions({
    queryKey: ["collections", "search", id, question],
    queryFn: ({ signal }) => get<Retrieved>(`/collections/${id}/search`, { q: question, k: PASSAGES }, signal),
    enabled: question !== "",
  });

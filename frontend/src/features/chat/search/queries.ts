/** What retrieval finds for a question. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "@/api/client";

export type Passage = {
  chunk_ids: number[];
  document_id: string;
  text_hash: string;
  title: string;
  headings: string[];
  url: string | null;
  page: number | null;
  start: number;
  end: number;
  text: string;
  /** 0–1, the best possible is 1. */
  score: number;
  words_rank: number | null;
  meaning_rank: number | null;
};

export type Evidence = {
  words_score: number | null;
  words_covered: number;
  meaning_score: number | null;
  meaning_margin: number | null;
};

export type Retrieved = {
  searched_for: string;
  language: string | null;
  passages: Passage[];
  evidence: Evidence;
  nearest_headings: string[][];
  seconds: number;
};

export const PASSAGES = 10;

export const searchQuery = (id: string, question: string) =>
  queryOptions({
    queryKey: ["collections", "search", id, question],
    queryFn: ({ signal }) => get<Retrieved>(`/collections/${id}/search`, { q: question, k: PASSAGES }, signal),
    enabled: question !== "",
  });

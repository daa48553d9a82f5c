/** One document: its text at some version, and the chunks that are found of it. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "@/api/client";
import type { Chunk, Document, DocumentText } from "../types";

export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: ["documents", "one", id],
    queryFn: ({ signal }) => get<Document>(`/documents/${id}`, undefined, signal),
  });

/** A version never changes; without one it is the text as it is now. */
export const textQuery = (id: string, version: string | null) =>
  queryOptions({
    queryKey: ["documents", "text", id, version],
    queryFn: ({ signal }) => get<DocumentText>(`/documents/${id}/text`, { version }, signal),
  });

export const chunksQuery = (id: string) =>
  queryOptions({
    queryKey: ["documents", "chunks", id],
    queryFn: async ({ signal }) => (await get<{ items: Chunk[] }>(`/documents/${id}/chunks`, undefined, signal)).items,
  });

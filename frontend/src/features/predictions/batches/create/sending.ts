"use client";
/** Rows on their way to an endpoint. They go on while other pages are open, so they live outside the page. */
import type { QueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import { upload } from "@/api/upload";
import type { Batch } from "../types";

export type Source = { name: string; content: Blob };

export type Sending = {
  endpointId: string;
  source: Source;
  label: string;
  sent: number;
  startedAt: string;
  error: unknown;
  /** The batch that was there already: the reader chooses between it and a new one. */
  known: Batch | null;
  stop: () => void;
};

type Store = { sending: Sending | null };

/** One at a time: a second file waits for the reader, not for the network. */
export const useSending = create<Store>(() => ({ sending: null }));

const change = (entry: Sending, fields: Partial<Sending>) =>
  useSending.setState(({ sending }) =>
    sending?.startedAt === entry.startedAt ? { sending: { ...sending, ...fields } } : { sending },
  );

export const forget = () => useSending.setState({ sending: null });

type Rows = { endpointId: string; source: Source; label: string; again?: boolean };

/** Send rows; the batch they became, or null when it was stopped, refused, or is one that was there already. */
export async function sendRows(client: QueryClient, rows: Rows): Promise<Batch | null> {
  const { endpointId, source, label, again = false } = rows;
  const stop = new AbortController();
  const entry: Sending = {
    endpointId,
    source,
    label,
    sent: 0,
    startedAt: new Date().toISOString(),
    error: null,
    known: null,
    stop: () => stop.abort(),
  };
  useSending.setState({ sending: entry });
  const query = { filename: source.name, label, again: again || null };
  try {
    const batch = await upload<Batch>(`/endpoints/${endpointId}/batches`, query, source.content, {
      signal: stop.signal,
      onProgress: ({ sent }) => change(entry, { sent }),
    });
    void client.invalidateQueries({ queryKey: ["batches", "list"] });
    if (batch.is_reopened && !again) {
      change(entry, { known: batch });
      return null;
    }
    forget();
    return batch;
  } catch (error) {
    if (stop.signal.aborted) forget();
    else change(entry, { error });
    return null;
  }
}

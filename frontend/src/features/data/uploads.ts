"use client";

/** Files on their way. They go on while other pages are open, so they live outside the page. */
import type { QueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import type { Dataset } from "@/api/types";
import { upload } from "@/api/upload";

export type Upload = {
  id: number;
  name: string;
  size: number;
  sent: number;
  startedAt: string;
  error: unknown;
  dataset: Dataset | null;
  stop: () => void;
};

type Store = { uploads: Upload[] };

export const useUploads = create<Store>(() => ({ uploads: [] }));

const change = (id: number, fields: Partial<Upload>) =>
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((item) => (item.id === id ? { ...item, ...fields } : item)),
  }));

export const dropUpload = (id: number) =>
  useUploads.setState(({ uploads }) => ({ uploads: uploads.filter((item) => item.id !== id) }));

let lastId = 0;

/** Send one file; the dataset it became, or null when it was stopped or refused (the list then says why). */
export async function sendFile(client: QueryClient, file: File): Promise<Dataset | null> {
  lastId += 1;
  const id = lastId;
  const stop = new AbortController();
  const entry: Upload = {
    id,
    name: file.name,
    size: file.size,
    sent: 0,
    startedAt: new Date().toISOString(),
    error: null,
    dataset: null,
    stop: () => stop.abort(),
  };
  useUploads.setState(({ uploads }) => ({ uploads: [...uploads, entry] }));
  try {
    const dataset = await upload<Dataset>("/datasets", { filename: file.name }, file, {
      signal: stop.signal,
      onProgress: ({ sent }) => change(id, { sent }),
    });
    dropUpload(id);
    void client.invalidateQueries({ queryKey: ["datasets", "list"] });
    return dataset;
  } catch (error) {
    if (stop.signal.aborted) dropUpload(id);
    else change(id, { error });
    return null;
  }
}

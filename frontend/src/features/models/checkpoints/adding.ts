/** A checkpoint on its way. It goes on while the dialog is closed and other pages are open, so it lives outside of them. */
import type { QueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import { post } from "@/api/client";
import type { Run } from "@/api/types";
import { upload } from "@/api/upload";
import { hubBody, type Options, zipQuery } from "./sources";

export type Sending = { name: string; size: number; sent: number; startedAt: string; stop: () => void };

type Store = {
  /** The ZIP being sent. */
  sending: Sending | null;
  /** The run that reads it. */
  runId: string | null;
  error: unknown;
};

export const useAdding = create<Store>(() => ({ sending: null, runId: null, error: null }));

const set = useAdding.setState;

export const beginAgain = () => set({ runId: null, error: null });

/** Send a ZIP; the run that makes it a model, or null when it was stopped or refused: the store then says why. */
export async function addZip(client: QueryClient, file: File, options: Options): Promise<Run | null> {
  const stop = new AbortController();
  const sending: Sending = {
    name: file.name,
    size: file.size,
    sent: 0,
    startedAt: new Date().toISOString(),
    stop: () => stop.abort(),
  };
  set({ sending, runId: null, error: null });
  try {
    const run = await upload<Run>("/models/checkpoints", zipQuery(file.name, options), file, {
      signal: stop.signal,
      onProgress: ({ sent }) => set({ sending: { ...sending, sent } }),
    });
    return began(client, run);
  } catch (error) {
    set({ sending: null, error: stop.signal.aborted ? null : error });
    return null;
  }
}

/** Let the server download a checkpoint; ends as `addZip` does. */
export async function addFromHub(client: QueryClient, typed: string, revision: string, options: Options) {
  set({ runId: null, error: null });
  try {
    return began(client, await post<Run>("/models/checkpoints/hub", hubBody(typed, revision, options)));
  } catch (error) {
    set({ error });
    return null;
  }
}

function began(client: QueryClient, run: Run): Run {
  set({ sending: null, runId: run.id, error: null });
  void client.invalidateQueries({ queryKey: ["runs"] });
  return run;
}

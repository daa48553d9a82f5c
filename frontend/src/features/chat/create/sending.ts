/** Documents on their way to a collection. They go on while other pages are open, so they live outside of the page. */
import type { QueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import { upload } from "@/api/upload";
import { type Parcel, type Picked, parcels } from "./files";

export type Sending = {
  collectionId: string;
  /** What is being sent now, and which of how many it is. */
  name: string;
  place: number;
  n: number;
  size: number;
  sent: number;
  startedAt: string;
  stop: () => void;
};

type Store = { going: Sending | null; failed: { collectionId: string; name: string; error: unknown } | null };

const useStore = create<Store>(() => ({ going: null, failed: null }));

export const useSending = (collectionId: string): Sending | null =>
  useStore(({ going }) => (going?.collectionId === collectionId ? going : null));

export const useNotSent = (collectionId: string) =>
  useStore(({ failed }) => (failed?.collectionId === collectionId ? failed : null));

export const forgetNotSent = () => useStore.setState({ failed: null });

/** Send them one after the other; the last one starts the sync. Ends early when one is refused or all are stopped. */
export async function send(client: QueryClient, collectionId: string, picked: readonly Picked[]): Promise<void> {
  const stop = new AbortController();
  const all = await parcels(picked);
  useStore.setState({ failed: null });
  try {
    for (const [index, parcel] of all.entries()) {
      useStore.setState({ going: first(collectionId, parcel, index, all.length, stop) });
      await sendOne(collectionId, parcel, index === all.length - 1, stop.signal);
    }
  } catch (error) {
    const name = useStore.getState().going?.name ?? "";
    if (!stop.signal.aborted) useStore.setState({ failed: { collectionId, name, error } });
  } finally {
    useStore.setState({ going: null });
    await client.invalidateQueries({ queryKey: ["collections"] });
  }
}

const first = (collectionId: string, parcel: Parcel, index: number, n: number, stop: AbortController): Sending => ({
  collectionId,
  name: parcel.name,
  place: index + 1,
  n,
  size: parcel.content.size,
  sent: 0,
  startedAt: new Date().toISOString(),
  stop: () => stop.abort(),
});

function sendOne(collectionId: string, { name, content }: Parcel, isLast: boolean, signal: AbortSignal) {
  const onProgress = ({ sent }: { sent: number }) =>
    useStore.setState(({ going }) => ({ going: going && { ...going, sent } }));
  return upload(`/collections/${collectionId}/documents`, { filename: name, sync: isLast }, content, {
    onProgress,
    signal,
  });
}

/** Whether the server is awake. A host that sleeps answers nothing, or a proxy answers for it. */
import { useSyncExternalStore } from "react";

/** What a sleeping host usually takes; the banner counts towards it. */
export const USUAL_WAKE_SECONDS = 40;

const GIVE_UP_MS = 180_000;
const LOOK_MS = 2000;

let asleepSince: number | null = null;
let waking: Promise<boolean> | null = null;
const listeners = new Set<() => void>();

function setAsleepSince(moment: number | null): void {
  if (asleepSince === moment) return;
  asleepSince = moment;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** When the server stopped answering (ms since the epoch), or null while it is awake. */
export const useAsleepSince = (): number | null =>
  useSyncExternalStore(
    subscribe,
    () => asleepSince,
    () => null,
  );

export const isAsleep = (): boolean => asleepSince !== null;

/** Ask /health until it answers; one loop for all who wait. False when it took too long. */
export function wake(): Promise<boolean> {
  setAsleepSince(asleepSince ?? Date.now());
  waking ??= look().finally(() => {
    waking = null;
  });
  return waking;
}

async function look(): Promise<boolean> {
  const until = Date.now() + GIVE_UP_MS;
  while (Date.now() < until) {
    const answer = await fetch("/health", { cache: "no-store" }).catch(() => null);
    if (answer?.ok) {
      setAsleepSince(null);
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  setAsleepSince(null);
  return false;
}

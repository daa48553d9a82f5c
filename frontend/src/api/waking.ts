"use client";

/** A sleeping server: requests wait for it and are sent once it answers; the frame says so meanwhile. */
import { useSyncExternalStore } from "react";
import { Unreachable } from "@/lib/api-error";
import { API_ORIGIN } from "./origin";

/** What a proxy answers while the server behind it starts. */
const ASLEEP = new Set([502, 503, 504]);
const PROBE_EVERY_MS = 1000;
const SHOW_AFTER_MS = 1500;
const GIVE_UP_MS = 120_000;
/** Free hosts put a server to sleep after 15 minutes at the earliest. */
const MAY_SLEEP_AFTER_MS = 10 * 60_000;
/** A free host takes about this long to start (measured on the platforms we deploy to). */
export const USUAL_SECONDS = 40;

let startedAt: number | null = null;
let probing: Promise<boolean> | null = null;
let answeredAt = Date.now();
const listeners = new Set<() => void>();

function setStarted(at: number | null) {
  startedAt = at;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Since when the server is being waited for, or null. */
export const useWakingSince = (): number | null =>
  useSyncExternalStore(
    subscribe,
    () => startedAt,
    () => null,
  );

/** `fetch` that waits for a server that is asleep. A request that may have been received is never sent twice. */
export async function patientFetch(request: Request): Promise<Response> {
  const isRepeatable = request.method === "GET" || request.method === "HEAD";
  // What changes something cannot be sent again once it broke off, so a server that may sleep is woken before.
  const mayBreak = !isRepeatable && Date.now() - answeredAt > MAY_SLEEP_AFTER_MS;
  if ((probing || mayBreak) && !(await awake())) throw new Unreachable("asleep");
  try {
    const response = await fetch(isRepeatable ? request.clone() : request);
    if (!isAsleep(response)) answeredAt = Date.now();
    if (!isAsleep(response) || !isRepeatable) return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    if (!isRepeatable) throw new Unreachable(error);
  }
  if (!(await awake())) throw new Unreachable("asleep");
  return fetch(request);
}

/** A 503 in JSON is our own server saying what is wrong; without, it is the proxy in front of it. */
const isAsleep = (response: Response) =>
  ASLEEP.has(response.status) && !response.headers.get("Content-Type")?.includes("json");

function awake(): Promise<boolean> {
  probing ??= probe().finally(() => {
    probing = null;
    setStarted(null);
  });
  return probing;
}

async function probe(): Promise<boolean> {
  const began = Date.now();
  while (Date.now() - began < GIVE_UP_MS) {
    try {
      if ((await fetch(`${API_ORIGIN}/health`, { cache: "no-store" })).ok) return true;
    } catch {
      // Still asleep.
    }
    if (startedAt === null && Date.now() - began > SHOW_AFTER_MS) setStarted(began);
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
  return false;
}

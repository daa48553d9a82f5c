/** A server that may be asleep: asked whether it is awake, ever more seldom, for a minute and a half. */

export const GIVE_UP_SECONDS = 90;
const PAUSES_MS = [500, 1000, 2000, 3000, 5000];
const ATTEMPT_MS = 10_000;

type Options = {
  /** Told each second while nothing answers, with the seconds since the first try. */
  onWaiting: (seconds: number) => void;
  signal: AbortSignal;
  giveUpSeconds?: number;
};

/** Resolves with whether the server answers; rejects when the signal says so. */
export async function awake(health: string, { onWaiting, signal, giveUpSeconds = GIVE_UP_SECONDS }: Options) {
  const began = Date.now();
  const seconds = () => (Date.now() - began) / 1000;
  const telling = setInterval(() => onWaiting(Math.round(seconds())), 1000);
  try {
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted();
      if (await answers(health, signal)) return true;
      const pause = PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] as number;
      if (seconds() + pause / 1000 > giveUpSeconds) return false;
      onWaiting(Math.round(seconds()));
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  } finally {
    clearInterval(telling);
  }
}

async function answers(health: string, signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]);
  try {
    const response = await fetch(health, { signal: limit, cache: "no-store", credentials: "omit" });
    return response.ok && Boolean(response.headers.get("Content-Type")?.includes("json"));
  } catch {
    signal.throwIfAborted();
    return false; // nothing listens, a proxy says so without letting us read it, or it takes too long
  }
}

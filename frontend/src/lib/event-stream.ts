/** Server-sent events over fetch: replays after the last seen id, so that a dropped line costs nothing. */
import { ApiError, apiErrorFrom } from "./api-error";

export type StreamEvent = { id: string | null; kind: string; data: unknown };

type Options = {
  onEvent: (event: StreamEvent) => void;
  /** True while the line is up. */
  onConnection?: (isUp: boolean) => void;
  signal: AbortSignal;
  lastEventId?: string;
  retryMs?: readonly number[];
};

const RETRY_MS = [500, 1000, 2000, 5000, 10_000];

/** Read until the server ends the stream; reconnect when the line breaks; throw when the server refuses. */
export async function readEvents(url: string, options: Options): Promise<void> {
  const { onEvent, onConnection, signal, retryMs = RETRY_MS } = options;
  let lastEventId = options.lastEventId ?? null;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (lastEventId !== null) headers["Last-Event-ID"] = lastEventId;
      const response = await fetch(url, { headers, signal, credentials: "include", cache: "no-store" });
      if (!response.ok || !response.body) throw await apiErrorFrom(response);
      onConnection?.(true);
      await eachEvent(response.body, (event) => {
        failures = 0;
        if (event.id !== null) lastEventId = event.id;
        onEvent(event);
      });
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) throw error;
      onConnection?.(false);
      await pause(retryMs[Math.min(failures, retryMs.length - 1)] ?? 0, signal);
      failures += 1;
    }
  }
}

/** Every event of a body, until it ends. */
export async function eachEvent(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: StreamEvent) => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event) onEvent(event);
    }
  }
}

export function parseBlock(block: string): StreamEvent | null {
  let id: string | null = null;
  let kind = "message";
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") id = value;
    else if (name === "event") kind = value;
    else if (name === "data") data.push(value);
  }
  return data.length === 0 ? null : { id, kind, data: JSON.parse(data.join("\n")) };
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });

/** A request that is answered by a stream of events, such as a question: sent once, never repeated by itself. */
import { apiErrorFrom } from "@/lib/api-error";
import { eachEvent, type StreamEvent } from "@/lib/event-stream";
import { address, csrfToken } from "./client";
import { apiOrigin } from "./origin";
import { patientFetch } from "./waking";

type Options = {
  onEvent: (event: StreamEvent) => void;
  signal: AbortSignal;
  /** The server answers the same key with the answer that it kept: whoever tries again is not charged again. */
  idempotencyKey?: string;
};

/** Read until the stream ends; throws when the server refuses or the line breaks. */
export async function postForEvents(path: string, body: unknown, options: Options): Promise<void> {
  const headers: Record<string, string> = {
    Accept: "text/event-stream",
    "Content-Type": "application/json",
    "X-CSRF-Token": csrfToken(),
  };
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  const url = new URL(address(path), apiOrigin());
  const { signal } = options;
  const response = await patientFetch(
    new Request(url, { method: "POST", headers, body: JSON.stringify(body), signal, credentials: "include" }),
  );
  if (!response.ok || !response.body) throw await apiErrorFrom(response);
  await eachEvent(response.body, options.onEvent);
}

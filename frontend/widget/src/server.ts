/** The server that answers: found awake first, then asked once. It keeps the reader's token and the conversation. */
import { eachEvent } from "../../src/lib/event-stream";
import type { Keeping } from "./keeping";
import type { Citation, Done, Meta, PastTurn, Question, Thumb } from "./types";
import { Refusal } from "./types";
import { awake } from "./waking";

/** Where to ask: with a browser key from another site, or an endpoint's public page from its own. */
export type Place = { server: string; browserKey: string | null; endpoint: string | null };

export type Listeners = {
  onMeta: (meta: Meta) => void;
  onDelta: (text: string) => void;
  onCitation: (citation: Citation) => void;
};
export type Waiting = { onWaiting: (seconds: number) => void; signal: AbortSignal };

/** A server that answered so recently has not gone to sleep. */
const FRESH_MS = 120_000;

export class Server {
  readonly #place: Place;
  readonly #kept: Keeping;
  #endpoint: Promise<{ id: string; name: string }> | null = null;
  readonly #waiters = new Set<(seconds: number) => void>();
  #heardAt = 0;

  constructor(place: Place, kept: Keeping) {
    this.#place = place;
    this.#kept = kept;
  }

  /** Finds the endpoint, waking the server when it is asleep; whoever asks for it meanwhile waits for the same. */
  async endpoint({ onWaiting, signal }: Waiting): Promise<{ id: string; name: string }> {
    this.#endpoint ??= this.#found().catch((reason) => {
      this.#endpoint = null;
      throw reason;
    });
    this.#waiters.add(onWaiting);
    try {
      return await Promise.race([this.#endpoint, aborted(signal)]);
    } finally {
      this.#waiters.delete(onWaiting);
    }
  }

  /** Asks one question. It is sent once; the same `idempotencyKey` never costs a second answer. */
  async ask(question: Question, idempotencyKey: string, waiting: Waiting, listeners: Listeners): Promise<Done> {
    const { id } = await this.endpoint(waiting);
    if (Date.now() - this.#heardAt > FRESH_MS) await this.#wake(waiting);
    const body = JSON.stringify({ inputs: [question], session: this.#kept.now.session });
    const headers = { Accept: "text/event-stream", "Idempotency-Key": idempotencyKey };
    const response = await this.#send(`/public/endpoints/${id}/calls`, {
      method: "POST",
      body,
      headers,
      signal: waiting.signal,
    });
    return this.#told(response, listeners);
  }

  /** The turns of the conversation that was begun on another page; null when it has ended. */
  async turns(waiting: Waiting): Promise<PastTurn[] | null> {
    const { session } = this.#kept.now;
    if (session === null) return [];
    const { id } = await this.endpoint(waiting);
    try {
      const response = await this.#send(`/public/endpoints/${id}/sessions/${encodeURIComponent(session)}`, waiting);
      return ((await response.json()) as { turns: PastTurn[] }).turns;
    } catch (reason) {
      if (!isEnded(reason)) throw reason;
      this.forget(reason);
      return null;
    }
  }

  async thumb(callId: string, thumb: Thumb | null, comment: string): Promise<void> {
    const { id } = await this.endpoint({ onWaiting: () => {}, signal: new AbortController().signal });
    const body = JSON.stringify({ thumb, comment });
    await this.#send(`/public/endpoints/${id}/calls/${callId}/feedback`, { method: "PUT", body });
  }

  /** Whether there is a reader or a conversation from before, which the server may not know any more. */
  get hasPast(): boolean {
    return this.#kept.now.session !== null || this.#kept.now.token !== null;
  }

  /** Leaves the conversation; a token that is not taken any more is left too. */
  forget(reason?: unknown): void {
    const isStranger = reason instanceof Refusal && reason.status === 401;
    this.#kept.change({ session: null, ...(isStranger && { token: null }) });
  }

  async #found(): Promise<{ id: string; name: string }> {
    const { browserKey, endpoint } = this.#place;
    const path = browserKey ? `/widget/${browserKey}` : `/public/endpoints/${endpoint}`;
    const read = async () => (await this.#send(path, {})).json();
    let found: { endpoint_id?: string; id?: string; name: string };
    try {
      found = await read();
    } catch (reason) {
      if (!isAsleep(reason)) throw reason;
      const onWaiting = (seconds: number) => {
        for (const tell of Array.from(this.#waiters)) tell(seconds);
      };
      await this.#wake({ onWaiting, signal: new AbortController().signal });
      // Awake, and still this page may not read the answer: its origin is not allowed.
      found = await read().catch((again) => Promise.reject(isAsleep(again) ? new Refusal("origin") : again));
    }
    return { id: found.endpoint_id ?? found.id ?? "", name: found.name };
  }

  async #wake(waiting: Waiting): Promise<void> {
    if (!(await awake(`${this.#place.server}/health`, waiting))) throw new Refusal("asleep");
    this.#heardAt = Date.now();
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (init.body) headers.set("Content-Type", "application/json");
    if (this.#place.browserKey) headers.set("X-Browser-Key", this.#place.browserKey);
    if (this.#kept.now.token) headers.set("X-Reader-Token", this.#kept.now.token);
    let response: Response;
    try {
      const options: RequestInit = { ...init, headers, credentials: "omit", cache: "no-store" };
      response = await fetch(`${this.#place.server}/api/v1${path}`, options);
    } catch (reason) {
      if (init.signal?.aborted) throw reason;
      throw new Refusal("broken");
    }
    if (!response.ok) throw await refusal(response);
    this.#heardAt = Date.now();
    return response;
  }

  async #told(response: Response, { onMeta, onDelta, onCitation }: Listeners): Promise<Done> {
    if (!response.body) throw new Refusal("unreadable");
    let done: Done | null = null;
    let error: Refusal | null = null;
    const hear = ({ kind, data }: { kind: string; data: unknown }) => {
      if (kind === "meta") {
        const { session, reader_token: token } = data as Meta;
        this.#kept.change({ session, ...(token && { token }) });
        onMeta(data as Meta);
      } else if (kind === "delta") onDelta((data as { text: string }).text);
      else if (kind === "citation") onCitation(data as Citation);
      else if (kind === "done") done = data as Done;
      else if (kind === "error") error = new Refusal("refused", sentence(data));
    };
    try {
      await eachEvent(response.body, hear);
    } catch (reason) {
      if (reason instanceof SyntaxError) throw new Refusal("unreadable");
      throw reason instanceof DOMException && reason.name === "AbortError" ? reason : new Refusal("broken");
    }
    if (error) throw error;
    if (!done) throw new Refusal("broken");
    return done;
  }
}

/** The conversation is not there any more, or is not of this reader. */
export const isEnded = (reason: unknown) => reason instanceof Refusal && [401, 404].includes(reason.status);

/** Nothing answered that we may read, or a proxy did in the place of a server that sleeps. */
const isAsleep = (reason: unknown) => reason instanceof Refusal && ["broken", "asleep"].includes(reason.kind);

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

const PROXIES = [502, 503, 504];

async function refusal(response: Response): Promise<Refusal> {
  const isOurs = response.headers.get("Content-Type")?.includes("json");
  if (!isOurs) return new Refusal(PROXIES.includes(response.status) ? "asleep" : "unreadable", "", response.status);
  try {
    return new Refusal("refused", sentence(await response.json()), response.status);
  } catch {
    return new Refusal("unreadable", "", response.status); // it says JSON and is none
  }
}

const sentence = (document: unknown) => {
  const { detail, hint } = document as { detail?: string; hint?: string | null };
  return [detail, hint].filter(Boolean).join(" ");
};

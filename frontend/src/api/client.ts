/** Requests to the API: JSON in, JSON out, errors as ApiError. A sleeping server is waited for. */
import { ApiError, apiErrorFrom, Unreachable } from "@/lib/api-error";
import { isAsleep, wake } from "./connection";

export const API = "/api/v1";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;
type Options = { query?: Query; body?: unknown; signal?: AbortSignal };

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>("GET", path, { query, signal });
export const post = <T>(path: string, body?: unknown) => request<T>("POST", path, { body });
export const put = <T>(path: string, body: unknown) => request<T>("PUT", path, { body });
export const patch = <T>(path: string, body: unknown) => request<T>("PATCH", path, { body });
export const remove = (path: string) => request<void>("DELETE", path);

/** The address of a route, with its query; empty values are left out, lists are joined by commas. */
export function address(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    params.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = params.toString();
  return text ? `${API}${path}?${text}` : `${API}${path}`;
}

/** Must travel with every unsafe request; the server puts it in a cookie that scripts can read. */
export function csrfToken(): string {
  return /(?:^|;\s*)modelyard_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

async function request<T>(method: Method, path: string, options: Options): Promise<T> {
  const url = address(path, options.query);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken();
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const init: RequestInit = { method, headers, body, signal: options.signal, credentials: "same-origin" };
  if (isAsleep() && !(await wake())) throw new Unreachable("asleep");
  const response = await send(url, init);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Reading is tried again once the server is awake; anything else is sent once, so nothing happens twice. */
async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await sendOnce(url, init);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const isAwake = wake();
    if (init.method !== "GET" || !(await isAwake)) throw error;
    return sendOnce(url, init);
  }
}

async function sendOnce(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((reason: unknown) => {
    if (init.signal?.aborted) throw reason;
    throw new Unreachable(reason);
  });
  if (response.ok) return response;
  const error = await apiErrorFrom(response);
  // A proxy in front of a sleeping host answers 502 to 504, and not in our words.
  if (error.status >= 502 && error.status <= 504 && error.code === "http_error") throw new Unreachable(error);
  throw error;
}

export const isNotFound = (error: unknown) => error instanceof ApiError && error.status === 404;
export const isSignedOut = (error: unknown) => error instanceof ApiError && error.status === 401;

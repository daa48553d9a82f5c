/** Requests to the API: JSON in, JSON out, errors as ApiError. A sleeping server is waited for. */
import createClient from "openapi-fetch";
import { ApiError, apiErrorFrom } from "@/lib/api-error";
import { API_ORIGIN, apiOrigin, isElsewhere } from "./origin";
import type { paths } from "./schema";
import type { Sent } from "./types";
import { patientFetch } from "./waking";

export const API = "/api/v1";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;
type Options = { query?: Query; body?: unknown; signal?: AbortSignal };

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>("GET", path, { query, signal });
export const post = <T>(path: string, body?: unknown) => request<T>("POST", path, { body });
export const put = <T>(path: string, body: unknown) => request<T>("PUT", path, { body });
export const patch = <T>(path: string, body: unknown) => request<T>("PATCH", path, { body });
export const remove = <T = void>(path: string, query?: Query) => request<T>("DELETE", path, { query });

/** The address of a route, with its query; empty values are left out, lists are joined by commas. */
export function address(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    params.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = params.toString();
  return `${API_ORIGIN}${API}${path}${text ? `?${text}` : ""}`;
}

/** The token of this session where the API's host is another, whose cookies scripts cannot read. */
let toldToken = "";
const TELLS_TOKEN = /\/auth\/(me|sign-in|sign-in-link)$/;

/** Must travel with every unsafe request; the server puts it in a cookie that scripts can read. */
export function csrfToken(): string {
  if (isElsewhere) return toldToken;
  return /(?:^|;\s*)modelyard_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const url = new URL(address(path, options.query), apiOrigin());
  const response = await send(
    new Request(url, { method, headers, body, signal: options.signal, credentials: "include" }),
  );
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function send(request: Request): Promise<Response> {
  if (request.method !== "GET") request.headers.set("X-CSRF-Token", csrfToken());
  const response = await patientFetch(request);
  if (!response.ok) throw await apiErrorFrom(response);
  if (isElsewhere && TELLS_TOKEN.test(new URL(request.url).pathname)) {
    toldToken = (await response.clone().json()).csrf_token ?? "";
  }
  return response;
}

/** The same, typed by the generated description of the API. */
export const api = createClient<paths>({ baseUrl: API_ORIGIN, credentials: "include", fetch: send });

/** The data of an answer; an error was thrown before this. */
export async function unwrap<T>(answer: Promise<{ data?: T }>): Promise<Sent<T>> {
  return (await answer).data as Sent<T>;
}

export const isNotFound = (error: unknown) => error instanceof ApiError && error.status === 404;
export const isSignedOut = (error: unknown) => error instanceof ApiError && error.status === 401;

/** What the server said when it refused, with what to do about it. */

export type FieldError = { path: (string | number)[]; message: string };

export type ErrorBody = {
  error: string;
  detail: string;
  hint?: string | null;
  fields?: FieldError[];
  request_id?: string | null;
};

export class ApiError extends Error {
  readonly code: string;
  readonly hint: string | null;
  readonly fields: FieldError[];
  readonly requestId: string | null;

  constructor(
    readonly status: number,
    /** The whole answer: some errors carry more, such as the current version of what was changed elsewhere. */
    readonly body: ErrorBody,
    /** Of a limit that is reached: in how many seconds to come back. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(body.detail);
    this.name = "ApiError";
    this.code = body.error;
    this.hint = body.hint ?? null;
    this.fields = body.fields ?? [];
    this.requestId = body.request_id ?? null;
  }

  /** The message for one field, by its dotted path. */
  field(path: string): string | undefined {
    return this.fields.find((field) => field.path.join(".") === path)?.message;
  }
}

/** The server did not answer: asleep, restarting, or no network. */
export class Unreachable extends Error {
  constructor(readonly reason: unknown) {
    super("The server did not answer.");
    this.name = "Unreachable";
  }
}

export async function apiErrorFrom(response: Response): Promise<ApiError> {
  const text = await response.text();
  const after = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const seconds = Number.isFinite(after) ? after : null;
  return apiErrorOf(response.status, response.statusText, text, response.headers.get("X-Request-Id"), seconds);
}

export function apiErrorOf(
  status: number,
  statusText: string,
  text: string,
  requestId: string | null,
  retryAfterSeconds: number | null = null,
): ApiError {
  try {
    const body: unknown = JSON.parse(text);
    if (isErrorBody(body))
      return new ApiError(status, { ...body, request_id: body.request_id ?? requestId }, retryAfterSeconds);
  } catch {
    // Not JSON: a proxy in between answered.
  }
  const detail = `The server answered ${status} ${statusText}`.trim();
  return new ApiError(status, { error: "http_error", detail: `${detail}.`, request_id: requestId });
}

const isErrorBody = (body: unknown): body is ErrorBody =>
  typeof body === "object" && body !== null && "error" in body && "detail" in body;

/** The server's sentence about one field, for showing beside it. */
export const fieldError = (error: unknown, path: string): string | undefined =>
  error instanceof ApiError ? error.field(path) : undefined;

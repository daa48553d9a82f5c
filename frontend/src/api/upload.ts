/** Sending a file as the raw body of a request, with progress; fetch cannot report that. */
import { type ApiError, apiErrorOf, Unreachable } from "@/lib/api-error";
import { address, csrfToken, type Query } from "./client";

export type Progress = { sent: number; total: number };
type Options = { onProgress: (progress: Progress) => void; signal?: AbortSignal };

export function upload<T>(path: string, query: Query, file: Blob, options: Options): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(path, query));
    request.withCredentials = true;
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => options.onProgress({ sent: event.loaded, total: file.size });
    request.onerror = () => reject(new Unreachable("the connection broke"));
    request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as T);
      else reject(failure(request));
    };
    options.signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

function failure(request: XMLHttpRequest): ApiError {
  const requestId = request.getResponseHeader("X-Request-Id");
  return apiErrorOf(request.status, request.statusText, request.responseText, requestId);
}

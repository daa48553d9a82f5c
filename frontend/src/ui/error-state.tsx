"use client";

import { CircleX, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError, Unreachable } from "@/lib/api-error";
import { Button } from "./button";
import { MarkdownLine } from "./markdown";

type Props = { error: unknown; title: string; retry?: () => void; actions?: ReactNode };

/** What happened, in the server's words; what to do; the id to ask about. */
export function ErrorState({ error, title, retry, actions }: Props) {
  return (
    <div role="alert" className="mx-auto grid max-w-[72ch] gap-2 px-4 py-8">
      <p className="flex items-center gap-2 font-medium text-lg">
        <CircleX aria-hidden className="size-5 shrink-0 text-bad" />
        {title}
      </p>
      <ErrorText error={error} />
      <div className="flex flex-wrap gap-2 pt-1">
        {retry && (
          <Button onClick={retry}>
            <RotateCw />
            Try again
          </Button>
        )}
        {actions}
      </div>
    </div>
  );
}

export function ErrorText({ error }: { error: unknown }) {
  if (error instanceof Unreachable)
    return <p className="text-muted">The server did not answer. Nothing was changed; try again when it is back.</p>;
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div className="grid min-w-0 gap-1">
      <p className="[overflow-wrap:anywhere]">
        {error instanceof Error ? error.message : "Something went wrong on this page."}
      </p>
      {error instanceof ApiError && error.hint && (
        <p className="text-muted">
          <MarkdownLine text={error.hint} />
        </p>
      )}
      {requestId && (
        <p className="text-muted text-sm">
          Request <code className="select-all font-mono">{requestId}</code>
        </p>
      )}
    </div>
  );
}

/** Under a form whose fields say themselves what is wrong with them; here stands what to do, or the rest. */
export function FormError({ error }: { error: unknown }) {
  if (!(error instanceof ApiError) || error.fields.length === 0) return <InlineError error={error} />;
  if (!error.hint) return null;
  return (
    <p className="text-muted text-sm">
      <MarkdownLine text={error.hint} />
    </p>
  );
}

/** The same in a line or two, inside a form or a dialog. */
export function InlineError({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <div role="alert" className="rounded-md border border-bad bg-bad-soft px-3 py-2 text-sm">
      <ErrorText error={error} />
    </div>
  );
}

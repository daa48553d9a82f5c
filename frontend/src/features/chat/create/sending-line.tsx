"use client";
/** Documents on their way to the server, or why they did not get there. */
import { X } from "lucide-react";
import { useEffect } from "react";
import { formatBytes } from "@/lib/format";
import { Button } from "@/ui/button";
import { ErrorText } from "@/ui/error-state";
import { ProgressLine } from "@/ui/progress-line";
import { forgetNotSent, type Sending, useNotSent, useSending } from "./sending";
import { words } from "./words";

export function SendingLine({ collectionId }: { collectionId: string }) {
  const sending = useSending(collectionId);
  const failed = useNotSent(collectionId);
  if (sending) return <Going sending={sending} />;
  if (!failed) return null;
  return (
    <div role="alert" className="flex items-start gap-3 border-line border-b px-4 py-3">
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="break-words font-medium text-bad">{words.notSent(failed.name)}</p>
        <ErrorText error={failed.error} />
      </div>
      <Button look="quiet" size="icon-sm" aria-label={words.dismiss} onClick={forgetNotSent}>
        <X />
      </Button>
    </div>
  );
}

function Going({ sending }: { sending: Sending }) {
  const { name, place, n, size, sent, startedAt, stop } = sending;
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, []);
  const hasArrived = sent >= size;
  const doing = hasArrived ? words.storing(name) : words.sending(name, formatBytes(sent), formatBytes(size));
  return (
    <div className="flex items-start gap-3 border-line border-b px-4 py-3">
      <div className="min-w-0 flex-1">
        <ProgressLine
          label={n > 1 ? `${doing} · ${words.ofMany(place, n)}` : doing}
          fraction={hasArrived ? null : sent / Math.max(1, size)}
          startedAt={startedAt}
        />
      </div>
      <Button look="quiet" size="icon-sm" aria-label={words.stop} onClick={stop}>
        <X />
      </Button>
    </div>
  );
}

"use client";
/** A ZIP on its way to the server. */
import { X } from "lucide-react";
import { useEffect } from "react";
import { formatBytes } from "@/lib/format";
import { Button } from "@/ui/button";
import { ProgressLine } from "@/ui/progress-line";
import type { Sending } from "./adding";
import { words } from "./words";

export function SendingZip({ sending }: { sending: Sending }) {
  const { name, size, sent, startedAt, stop } = sending;
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, []);
  const hasArrived = sent >= size;
  return (
    <div className="flex items-start gap-3 py-2">
      <div className="min-w-0 flex-1">
        <ProgressLine
          label={hasArrived ? words.storing(name) : words.sending(name, formatBytes(sent), formatBytes(size))}
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

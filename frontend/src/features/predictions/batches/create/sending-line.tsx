"use client";
/** Rows on their way; why they were refused; or the batch that has them already. */
import { X } from "lucide-react";
import Link from "next/link";
import { useEffect } from "react";
import { formatBytes } from "@/lib/format";
import { Button } from "@/ui/button";
import { ErrorText } from "@/ui/error-state";
import { ProgressLine } from "@/ui/progress-line";
import { RelativeTime } from "@/ui/relative-time";
import { batchHref } from "../places";
import type { Batch } from "../types";
import { words } from "../words";
import { forget, type Sending } from "./sending";

export function SendingLine({ sending, onAgain }: { sending: Sending; onAgain: () => void }) {
  const isGoing = sending.error === null && sending.known === null;
  useEffect(() => {
    if (!isGoing) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isGoing]);
  if (sending.known) return <Known batch={sending.known} onAgain={onAgain} />;
  if (sending.error) {
    return (
      <div role="alert" className="grid gap-1 rounded-md border border-bad bg-bad-soft px-3 py-2">
        <p className="font-medium">{words.create.failed}</p>
        <ErrorText error={sending.error} />
      </div>
    );
  }
  const { source, sent, startedAt } = sending;
  const total = source.content.size;
  const hasArrived = sent >= total;
  return (
    <div className="flex items-start gap-3">
      <div className="min-w-0 flex-1">
        <ProgressLine
          label={
            hasArrived
              ? words.create.storing(source.name)
              : words.create.sending(source.name, formatBytes(sent), formatBytes(total))
          }
          fraction={hasArrived ? null : sent / Math.max(1, total)}
          startedAt={startedAt}
        />
      </div>
      <Button look="quiet" size="icon-sm" aria-label={words.create.stop} onClick={sending.stop}>
        <X />
      </Button>
    </div>
  );
}

function knownAs({ state, name }: Batch): string {
  const { again } = words.create;
  if (state === "succeeded") return again.done(name);
  return state === "ready" ? again.ready(name) : again.going(name);
}

function Known({ batch, onAgain }: { batch: Batch; onAgain: () => void }) {
  return (
    <div role="status" className="grid gap-2 rounded-md border border-line bg-info-soft px-3 py-2">
      <p className="font-medium">{words.create.again.title}</p>
      <p className="break-words">{knownAs(batch)}</p>
      <p className="text-muted text-sm">
        <RelativeTime at={batch.finished_at ?? batch.created_at} />
      </p>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" asChild>
          <Link href={batchHref(batch.id)} onClick={forget}>
            {words.create.again.open}
          </Link>
        </Button>
        <Button onClick={onAgain}>{words.create.again.anew}</Button>
      </div>
    </div>
  );
}

"use client";
/** Says, once a call has taken a while, why it may be slow; the answer comes by itself. */
import { useNow } from "@/ui/relative-time";
import { words } from "./words";

const SAY_AFTER_SECONDS = 2;

export function WaitingLine({ since }: { since: number | null }) {
  return (
    <div role="status" className="text-muted text-sm">
      {since !== null && <Elapsed since={since} />}
    </div>
  );
}

function Elapsed({ since }: { since: number }) {
  const seconds = Math.floor((useNow(1000).getTime() - since) / 1000);
  return seconds >= SAY_AFTER_SECONDS ? words.slow(seconds) : null;
}

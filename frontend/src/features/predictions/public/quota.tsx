"use client";
/** A limit that is reached: what it is, in the server's words, and how long until the next try. */
import { Hourglass } from "lucide-react";
import { useState } from "react";
import type { ApiError } from "@/lib/api-error";
import { formatSeconds } from "@/lib/format";
import { useNow } from "@/ui/relative-time";
import { words } from "./words";

export function Quota({ error }: { error: ApiError }) {
  const now = useNow(1000);
  const [since] = useState(() => Date.now());
  const wait = error.retryAfterSeconds;
  const left = wait === null ? null : Math.max(0, Math.ceil(wait - (now.getTime() - since) / 1000));
  return (
    <div role="alert" className="grid gap-1 rounded-md border border-warn bg-warn-soft px-3 py-2">
      <p className="flex items-center gap-2 font-medium">
        <Hourglass aria-hidden className="size-4 shrink-0 text-warn" />
        {words.quota.title}
      </p>
      <p>{error.message}</p>
      {left !== null && (
        <p aria-live="off" className="numbers">
          {left > 0 ? words.quota.again(formatSeconds(left)) : words.quota.now}
        </p>
      )}
    </div>
  );
}

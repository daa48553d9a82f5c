"use client";

import { USUAL_SECONDS, useWakingSince } from "@/api/waking";
import { useNow } from "@/ui/relative-time";

export function WakingBanner() {
  const since = useWakingSince();
  return since === null ? null : <Line since={since} />;
}

function Line({ since }: { since: number }) {
  const seconds = Math.max(0, Math.round((useNow(1000).getTime() - since) / 1000));
  return (
    <p
      role="status"
      className="numbers fixed z-40 bg-warn-soft px-4 py-1 text-center text-sm text-warn max-md:inset-x-0 max-md:bottom-14 md:top-0 md:left-1/2 md:-translate-x-1/2 md:rounded-b-md"
    >
      Starting the server · {seconds} s
      {seconds < USUAL_SECONDS ? ` of about ${USUAL_SECONDS} s` : ", longer than usual"}
    </p>
  );
}

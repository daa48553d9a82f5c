"use client";
/** What of an attempt is in use, with the way to it. */
import { useQuery } from "@tanstack/react-query";
import { Rocket } from "lucide-react";
import Link from "next/link";
import { RelativeTime } from "@/ui/relative-time";
import type { Attempt } from "../types";
import { promotedHref, promotionsQuery } from "./queries";
import { words } from "./words";

export function PromotionList({ attempt }: { attempt: Attempt }) {
  const promotions = useQuery({ ...promotionsQuery(attempt), enabled: attempt.has_results });
  if (!promotions.data || promotions.data.length === 0) return null;
  return (
    <ul aria-label={words.list} className="grid gap-1">
      {promotions.data.map((each) => (
        <li key={each.id} className="flex flex-wrap items-center gap-x-2">
          <Rocket aria-hidden className="size-4 text-good" />
          <span className="[overflow-wrap:anywhere]">{words.inUse(each.evidence.name)}</span>
          <Link href={promotedHref(each)} className="text-accent underline-offset-2 hover:underline">
            {words.open[each.becomes]}
          </Link>
          <span className="text-muted text-sm">
            <RelativeTime at={each.created_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

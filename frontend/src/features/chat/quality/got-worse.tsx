/** What fell for sure since an earlier measurement, with the measurement that shows it; nothing when nothing did. */
import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { formatMoment } from "@/lib/format";
import type { Collection } from "../types";
import { formatChange } from "./figures";
import { words } from "./words";

export function GotWorse({ collection }: { collection: Collection }) {
  if (collection.got_worse.length === 0) return null;
  return (
    <section aria-label={words.worse.title} className="grid gap-2 rounded-lg border border-warn p-3 text-sm">
      <p className="flex items-center gap-2 font-medium">
        <TriangleAlert aria-hidden className="size-4 shrink-0 text-warn" />
        {words.worse.title}
      </p>
      <ul className="grid gap-1">
        {collection.got_worse.map((fell) => (
          <li key={fell.figure}>
            {words.worse.fell(
              words.figures[fell.figure] ?? fell.figure,
              formatChange(fell.figure, fell),
              formatChange(fell.figure, { ...fell, difference: fell.low }),
              formatChange(fell.figure, { ...fell, difference: fell.high }),
            )}{" "}
            <Link
              className="underline"
              href={`/chat/?id=${collection.id}&tab=quality&measurement=${encodeURIComponent(fell.quality_id)}`}
            >
              {words.worse.since(fell.collection_version, formatMoment(new Date(fell.at)))}
            </Link>
          </li>
        ))}
      </ul>
      <p className="max-w-[72ch] text-muted">{words.worse.help}</p>
    </section>
  );
}

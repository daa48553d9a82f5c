/** One passage as it was found: where it stands, its ranks, its words. */
import Link from "next/link";
import { formatNumber } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { documentHref } from "../places";
import type { Passage } from "./queries";
import { words } from "./words";

export function PassageItem({ passage, place }: { passage: Passage; place: number }) {
  const { title, headings, page, words_rank: byWords, meaning_rank: byMeaning } = passage;
  const path = headings.filter((heading) => heading !== title);
  const where = [...path, ...(page === null ? [] : [words.page(page)])].join(" › ");
  return (
    <li className="grid min-w-0 grid-cols-1 gap-1 rounded-md border border-line px-3 py-2">
      <div className="flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-1">
        <span className="numbers text-muted text-sm">{place}</span>
        <Link
          href={documentHref(passage)}
          aria-label={words.open(title)}
          className="min-w-0 font-medium text-accent [overflow-wrap:anywhere] hover:underline"
        >
          <bdi>{title}</bdi>
        </Link>
        {where && <bdi className="min-w-0 text-muted text-sm [overflow-wrap:anywhere]">{where}</bdi>}
      </div>
      <div className="numbers flex flex-wrap items-center gap-1.5 text-muted text-xs">
        <Badge tone={byWords === null ? "neutral" : "info"}>
          {byWords === null ? words.notBy.words : words.byWords(byWords)}
        </Badge>
        <Badge tone={byMeaning === null ? "neutral" : "accent"}>
          {byMeaning === null ? words.notBy.meaning : words.byMeaning(byMeaning)}
        </Badge>
        <span>
          {words.score} {formatNumber(passage.score)}
        </span>
        {passage.chunk_ids.length > 1 && <span>{words.chunks(passage.chunk_ids.length)}</span>}
      </div>
      <p className="line-clamp-6 whitespace-pre-wrap text-sm [overflow-wrap:anywhere]" dir="auto">
        {passage.text.replaceAll(/\n{2,}/g, "\n")}
      </p>
    </li>
  );
}

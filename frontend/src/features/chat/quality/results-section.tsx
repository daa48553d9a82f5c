"use client";
/** What came of every question of a measurement. */
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { formatNumber, formatSeconds } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Badge, type Tone } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { documentHref } from "../places";
import type { Collection } from "../types";
import { resultsQuery } from "./queries";
import type { Only, Result } from "./types";
import { words as all } from "./words";

const words = all.results;
const FILTERS = Object.keys(words.filters) as Only[];

export function ResultsSection({ collection, measurementId }: { collection: Collection; measurementId: string }) {
  const [asked, setAsked] = useParam("only");
  const only = FILTERS.find((each) => each === asked) ?? "all";
  const list = useInfiniteQuery(resultsQuery(collection.id, measurementId, only));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section
      title={words.title}
      actions={
        <Select
          className="w-auto max-w-52"
          aria-label={words.only}
          value={only}
          onChange={(event) => setAsked(event.target.value === "all" ? null : event.target.value, "replace")}
        >
          {FILTERS.map((each) => (
            <option key={each} value={each}>
              {words.filters[each]}
            </option>
          ))}
        </Select>
      }
    >
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.error && <ErrorState title={words.failed} error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && <p className="text-muted">{words.none}</p>}
      <ul className="grid grid-cols-1 border-line border-t">
        {rows.map((row) => (
          <ResultLine key={row.id} result={row} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {words.more}
        </Button>
      )}
    </Section>
  );
}

function toneOf({ outcome, is_answerable }: Result): Tone {
  if (outcome === "failed") return "bad";
  if (outcome === "not asked") return "neutral";
  return (outcome === "answered") === is_answerable ? "good" : "warn";
}

function rankText({ is_answerable, why_no_truth, rank }: Result): string | null {
  if (!is_answerable) return null;
  if (why_no_truth !== null) return words.noTruth;
  return rank === null ? words.notFound : words.rank(rank);
}

function ResultLine({ result }: { result: Result }) {
  return (
    <li className="border-line border-b">
      <details className="group">
        <summary className="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 py-2">
          <bdi className="min-w-0 flex-1 basis-72 [overflow-wrap:anywhere]">{result.question}</bdi>
          <Badge tone={toneOf(result)}>{words.outcomes[result.outcome]}</Badge>
          <span className="numbers flex gap-3 text-muted text-sm">
            <span>{rankText(result)}</span>
            <span>{result.seconds !== null && formatSeconds(result.seconds)}</span>
          </span>
        </summary>
        <Details result={result} />
      </details>
    </li>
  );
}

function Details({ result }: { result: Result }) {
  const { citations, judgement, support, expected, answer, why_failed: whyFailed } = result;
  const nRight = citations.filter((citation) => citation.is_on_truth).length;
  const facts: [string, string | null][] = [
    [words.expected, expected],
    [words.answer, answer || null],
    [words.why, whyFailed ?? result.why_no_truth],
    [words.unsupported, support.unsupported.join(" ") || null],
  ];
  return (
    <div className="grid grid-cols-1 gap-2 pb-3 pl-4 text-sm">
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
        {facts
          .filter(([, text]) => text !== null)
          .map(([name, text]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="whitespace-pre-wrap [overflow-wrap:anywhere]" dir="auto">
                {text}
              </dd>
            </div>
          ))}
      </dl>
      <p className="numbers flex flex-wrap gap-x-4 text-muted">
        {citations.length > 0 && <span>{words.citations(nRight, citations.length)}</span>}
        {judgement.score !== null && <span title={judgement.why}>{words.judged(formatNumber(judgement.score))}</span>}
      </p>
      {result.found.length > 0 && (
        <div>
          <p className="text-muted">{words.found}</p>
          <ol className="list-decimal pl-6">
            {result.found.slice(0, 5).map((passage) => (
              <li key={`${passage.document_id} ${passage.start}`} className="[overflow-wrap:anywhere]">
                {passage.document_id ? (
                  <Link
                    className="text-accent hover:underline"
                    href={documentHref({ ...passage, document_id: passage.document_id })}
                  >
                    {[passage.title, ...(passage.headings ?? [])].filter(Boolean).join(" › ")}
                  </Link>
                ) : (
                  passage.title
                )}{" "}
                {passage.is_truth && <Badge tone="good">{words.isTruth}</Badge>}
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}

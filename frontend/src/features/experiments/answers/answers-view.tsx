"use client";
/** Answers wherever they are read from: the filtered list, or the sample that the address names. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useEffect, useMemo } from "react";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { TableSkeleton } from "@/ui/skeleton";
import { chosenScorer, shortNames } from "../comparison/figures";
import type { Results } from "../comparison/types";
import { AnswerList } from "./answer-list";
import { FilterBar } from "./filter-bar";
import { FILTER_NAMES, isNarrowed, readFilters } from "./filters";
import { answersQuery } from "./queries";
import { SampleView } from "./sample-view";
import type { Source } from "./source";
import { words } from "./words";

/** Samples that are loaded before the reader reaches them. */
const AHEAD = 3;

export function AnswersView({ source, results }: { source: Source; results: Results }) {
  const params = useSearchParams();
  const change = useAddress();
  const hasLabels = source.attempt !== null;
  const names = useMemo(() => shortNames(results.configurations.map((row) => row.name)), [results]);
  const best = chosenScorer(results, params.get("scorer"))?.best ?? null;
  const filters = useMemo(() => readFilters(new URLSearchParams(params), names.length, best), [params, names, best]);
  const found = useInfiniteQuery(answersQuery(source, filters));
  const samples = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const more = () => {
    if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
  };
  const open = params.get("sample");
  const openAt = samples.findIndex(({ sample }) => String(sample.place) === open);
  // Walking to the end of what is loaded loads what follows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where the reader stands decides
  useEffect(() => {
    if (openAt >= 0 && openAt >= samples.length - AHEAD) more();
  }, [openAt, samples.length]);
  if (open !== null && /^\d+$/.test(open)) {
    const place = Number(open);
    const at = openAt;
    const placeAt = (index: number) => (at < 0 ? undefined : samples[index]?.sample.place);
    const go = (to: number | undefined) => (to === undefined ? null : () => change({ sample: String(to) }, "replace"));
    return (
      <SampleView
        key={place}
        source={source}
        place={place}
        names={names}
        filters={filters}
        scorers={results.scorers}
        position={at < 0 ? null : words.position(at + 1, found.data?.pages[0]?.n ?? samples.length)}
        onBack={() => change({ sample: null })}
        onNext={go(placeAt(at + 1))}
        onPrevious={go(placeAt(at - 1))}
        onChoose={(changes) => change(changes, "replace")}
      />
    );
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-4 p-4">
      <FilterBar
        results={results}
        names={names}
        filters={filters}
        hasLabels={hasLabels}
        onChange={(changes) => change(changes, "replace")}
      />
      {found.error && <ErrorState title={words.failed} error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <TableSkeleton label={words.loading} />}
      {found.data && samples.length === 0 && (
        <EmptyState
          title={words.noMatch}
          actions={isNarrowed(filters) && <Button onClick={() => change(NO_FILTERS)}>{words.showAll}</Button>}
        />
      )}
      {samples.length > 0 && (
        <div className="grid min-w-0 gap-2">
          <p role="status" className="numbers text-muted text-sm">
            {words.found(found.data?.pages[0]?.n ?? 0)}
          </p>
          <AnswerList
            samples={samples}
            names={[filters.first, filters.second].flatMap((at) => (at === null ? [] : [names[at] ?? String(at)]))}
            hasLabels={hasLabels}
            onOpen={(place) => change({ sample: String(place) })}
            onNearEnd={more}
          />
          {found.hasNextPage && (
            <Button className="justify-self-start" disabled={found.isFetchingNextPage} onClick={more}>
              {words.more}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** The two configurations stay; everything that narrows goes. */
const NO_FILTERS = Object.fromEntries(
  FILTER_NAMES.filter((name) => name !== "first" && name !== "second").map((name) => [name, null]),
);

/** Changes several values of the address at once; null takes one out. */
function useAddress() {
  const path = usePathname();
  const router = useRouter();
  return (changes: Record<string, string | null>, how: "push" | "replace" = "push") => {
    const params = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) params.delete(name);
      else params.set(name, value);
    }
    router[how](`${path}?${params}`, { scroll: false });
  };
}

"use client";
/** The comparison of an attempt, by the scorer that the address names, alone or beside another attempt. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { useParam } from "@/lib/params";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { TableSkeleton } from "@/ui/skeleton";
import { useLook } from "../answers/use-look";
import { PromotionList } from "../promotion/promotion-list";
import { isLive } from "../queries";
import type { Attempt } from "../types";
import { AttemptChoice } from "./attempt-choice";
import { comparedQuery, resultsQuery } from "./queries";
import { ResultsView } from "./results-view";
import { words } from "./words";

export function ComparisonTab({ attempt }: { attempt: Attempt }) {
  const [beside, setBeside] = useParam("beside");
  const own = useQuery({ ...resultsQuery(attempt), enabled: beside === null && attempt.n_done > 0 });
  const named = useMemo(
    () => [attempt.number, Number(beside)].map((number) => `${attempt.experiment_id}:${number}`),
    [attempt, beside],
  );
  const both = useQuery({ ...comparedQuery(named), enabled: beside !== null });
  const found = beside === null ? own : both;
  const look = useLook();
  if (attempt.n_done === 0) return <EmptyState title={words.none}>{words.noneText}</EmptyState>;
  const choice = <AttemptChoice attempt={attempt} beside={beside} onChange={setBeside} />;
  if (found.error) {
    return (
      <>
        {beside !== null && <div className="p-4">{choice}</div>}
        <ErrorState title={words.failed} error={found.error} retry={() => void found.refetch()} />
      </>
    );
  }
  if (!found.data) return <TableSkeleton label={words.loading} />;
  return (
    <ResultsView results={found.data} choice={choice} onLook={beside === null ? look : null}>
      <PromotionList attempt={attempt} />
      <Notices attempt={attempt} isBeside={beside !== null} isWhole={found.data.is_whole} />
    </ResultsView>
  );
}

type NoticesProps = { attempt: Attempt; isBeside: boolean; isWhole: boolean };

function Notices({ attempt, isBeside, isWhole }: NoticesProps) {
  const said: ReactNode[] = [
    isLive(attempt.state) && words.live,
    !isLive(attempt.state) && !isWhole && words.partly,
    isBeside && words.besideNote,
  ].filter(Boolean);
  return said.map((sentence) => (
    <p key={String(sentence)} role="note" className="max-w-[72ch] text-muted">
      {sentence}
    </p>
  ));
}

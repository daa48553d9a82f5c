"use client";
/** Answers of an attempt of one's own, from the first one that is there. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { TableSkeleton } from "@/ui/skeleton";
import { resultsQuery } from "../comparison/queries";
import type { Attempt } from "../types";
import { AnswersView } from "./answers-view";
import { attemptSource } from "./source";
import { words } from "./words";

export function AnswersTab({ attempt }: { attempt: Attempt }) {
  const results = useQuery({ ...resultsQuery(attempt), enabled: attempt.n_done > 0 });
  const source = useMemo(() => attemptSource(attempt), [attempt]);
  if (attempt.n_done === 0) return <EmptyState title={words.none}>{words.noneText}</EmptyState>;
  if (results.error) {
    return <ErrorState title={words.failed} error={results.error} retry={() => void results.refetch()} />;
  }
  if (!results.data) return <TableSkeleton label={words.loading} />;
  return <AnswersView source={source} results={results.data} />;
}

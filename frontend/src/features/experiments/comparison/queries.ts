/** What comparisons read from the server. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get } from "@/api/client";
import { isLive } from "../queries";
import type { Attempt } from "../types";
import type { Results } from "./types";

const LIVE_REFRESH_MS = 10_000;

export const attemptPath = (attempt: Pick<Attempt, "experiment_id" | "number">) =>
  `/experiments/${attempt.experiment_id}/attempts/${attempt.number}`;

/** While the attempt runs it is made of the answers that are there, anew every few seconds. */
export const resultsQuery = (attempt: Attempt) =>
  queryOptions({
    queryKey: [
      "experiments",
      "results",
      attempt.experiment_id,
      attempt.number,
      isLive(attempt.state),
      attempt.has_results,
    ],
    queryFn: ({ signal }) => get<Results>(`${attemptPath(attempt)}/results`, undefined, signal),
    placeholderData: keepPreviousData,
    refetchInterval: isLive(attempt.state) && LIVE_REFRESH_MS,
    staleTime: isLive(attempt.state) ? 0 : Number.POSITIVE_INFINITY,
  });

/** Attempts beside each other on the samples that all of them asked; `named` as `ex_…:1`. */
export const comparedQuery = (named: readonly string[]) =>
  queryOptions({
    queryKey: ["experiments", "compared", ...named],
    queryFn: ({ signal }) => get<Results>("/experiments/compare", { with: named }, signal),
  });

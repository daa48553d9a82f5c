/** What the pages of experiments read from the server and ask of it. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { address, get, post, put, remove } from "@/api/client";
import type { Dataset, Page } from "@/api/types";
import type { Draft } from "./form/draft";
import type { Attempt, DocumentRead, Estimate, Experiment, Limits, Preview, SampleSize } from "./types";

const LIVE_LIST_MS = 3_000;
/** The runner notes every two seconds how an attempt stands. */
const LIVE_MS = 2_000;

export const isLive = (state: Attempt["state"]) => state === "queued" || state === "running";

export const experimentsQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["experiments", "list", search],
    queryFn: ({ pageParam, signal }) => get<Page<Experiment>>("/experiments", { search, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(({ latest }) => latest && isLive(latest.state)))
        ? LIVE_LIST_MS
        : false,
  });

export const experimentQuery = (id: string) =>
  queryOptions({
    queryKey: ["experiments", "one", id],
    queryFn: ({ signal }) => get<Experiment>(`/experiments/${id}`, undefined, signal),
    refetchInterval: ({ state }) => (state.data?.latest && isLive(state.data.latest.state) ? LIVE_LIST_MS : false),
  });

export const attemptsQuery = (id: string) =>
  queryOptions({
    queryKey: ["experiments", "attempts", id],
    queryFn: async ({ signal }) =>
      (await get<{ items: Attempt[] }>(`/experiments/${id}/attempts`, undefined, signal)).items,
  });

export const attemptQuery = (id: string, number: number) =>
  queryOptions({
    queryKey: ["experiments", "attempt", id, number],
    queryFn: ({ signal }) => get<Attempt>(`/experiments/${id}/attempts/${number}`, undefined, signal),
    refetchInterval: ({ state }) => (state.data && isLive(state.data.state) ? LIVE_MS : false),
  });

export const previewQuery = (samples: Draft["samples"]) =>
  queryOptions({
    queryKey: ["experiments", "preview", samples],
    queryFn: () => post<Preview>("/experiments/samples", samples),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });

/** `state` of the draft's dataset, where it is known: what was refused of one that is being read is asked anew. */
export const estimateQuery = (draft: Draft, state: Dataset["state"] | undefined) =>
  queryOptions({
    queryKey: ["experiments", "estimate", draft, state],
    queryFn: () => post<Estimate>("/experiments/estimate", { ...draft, name: draft.name.trim() || "New experiment" }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });

export const sampleSizeQuery = (effect: number, baseline: number, configurations: number) =>
  queryOptions({
    queryKey: ["experiments", "sample size", effect, baseline, configurations],
    queryFn: ({ signal }) => get<SampleSize>("/experiments/sample-size", { effect, baseline, configurations }, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const createExperiment = (draft: Draft) => post<Experiment>("/experiments", draft);
export const changeExperiment = (id: string, draft: Draft) => put<Experiment>(`/experiments/${id}`, draft);
export const deleteExperiment = (id: string) => remove(`/experiments/${id}`);
export const readDocument = (text: string) => post<DocumentRead>("/experiments/read", { text });
export const documentAddress = (id: string) => address(`/experiments/${id}/document`);

const attemptAt = (id: string, number: number) => `/experiments/${id}/attempts/${number}`;
export const startAttempt = (id: string) => post<Attempt>(`/experiments/${id}/attempts`);
export const resumeAttempt = (id: string, number: number, budget?: { [Name in keyof Limits]: unknown }) =>
  post<Attempt>(`${attemptAt(id, number)}/resume`, budget && { budget });
export const cancelAttempt = (id: string, number: number) => post<Attempt>(`${attemptAt(id, number)}/cancel`);
export const finishAttempt = (id: string, number: number) => post<Attempt>(`${attemptAt(id, number)}/finish`);

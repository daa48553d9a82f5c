/** What the pages of labels read from the server and send to it. */
import { queryOptions } from "@tanstack/react-query";
import { get, put } from "@/api/client";
import type { Named } from "@/api/types";
import { attemptPath } from "../comparison/queries";
import type { Attempt } from "../types";

export type Agreement = Named["AgreementOut"];
/** What is told of any two that give verdicts. */
export type AgreementFigures = Omit<Named["ScorerAgreement"], "scorer" | "title">;
export type LabellerAgreement = Named["LabellerAgreement"];
export type ScorerAgreement = Named["ScorerAgreement"];
export type BlindAnswer = Named["BlindAnswer"];
export type BlindQueue = Named["BlindQueue"];

type Of = Pick<Attempt, "experiment_id" | "number">;

export const agreementQuery = (attempt: Of) =>
  queryOptions({
    queryKey: ["experiments", "agreement", attempt.experiment_id, attempt.number],
    queryFn: ({ signal }) => get<Agreement>(`${attemptPath(attempt)}/agreement`, undefined, signal),
  });

/** The next answers without whose they are; what was labelled or skipped in the meantime is asked for anew. */
export const blindQuery = (attempt: Of) =>
  queryOptions({
    queryKey: ["experiments", "blind", attempt.experiment_id, attempt.number],
    queryFn: ({ signal }) => get<BlindQueue>(`${attemptPath(attempt)}/labels/queue`, { limit: 50 }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const putBlindLabel = (attempt: Of, { place, slot, repeat }: BlindAnswer, value: number, note: string) =>
  put<void>(`${attemptPath(attempt)}/labels/blind`, { place, slot, repeat, value, note });

/** What the pages of answers read from the server, and how answers are labelled. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, put, remove } from "@/api/client";
import type { Named } from "@/api/types";
import { attemptPath } from "../comparison/queries";
import type { Attempt } from "../types";
import { type Filters, toQuery } from "./filters";
import type { Source } from "./source";

export type AnswerPage = Named["AnswerPage"];
export type AnsweredSample = Named["AnsweredSample"];
export type AnswerBrief = Named["AnswerBrief"];
export type SampleAnswers = Named["SampleAnswers"];
export type WholeSample = Named["WholeSample"];
export type WholeAnswer = Named["WholeAnswer"];
export type Label = Named["LabelOut"];
export type Difference = Named["AnswerDifference"];
export type Span = Difference["spans"][number];

export const answersQuery = (source: Source, filters: Filters) =>
  infiniteQueryOptions({
    queryKey: [...source.key, "list", filters],
    queryFn: ({ pageParam, signal }) =>
      get<AnswerPage>(source.path, { ...toQuery(filters), cursor: pageParam }, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const sampleQuery = (source: Source, place: number) =>
  queryOptions({
    queryKey: [...source.key, "one", place],
    queryFn: ({ signal }) => get<SampleAnswers>(`${source.path}/${place}`, undefined, signal),
  });

/** An answer among those to one sample. */
export type Cell = { configuration: number; repeat: number };

export const differenceQuery = (source: Source, place: number, first: Cell, second: Cell) =>
  queryOptions({
    queryKey: [...source.key, "difference", place, first, second],
    queryFn: ({ signal }) =>
      get<Difference>(
        `${source.path}/${place}/difference`,
        {
          first: first.configuration,
          second: second.configuration,
          first_repeat: first.repeat,
          second_repeat: second.repeat,
        },
        signal,
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

const labelPath = (attempt: Attempt, place: number, { configuration, repeat }: Cell) =>
  `${attemptPath(attempt)}/labels/${configuration}/${place}/${repeat}`;

export const putLabel = (attempt: Attempt, place: number, cell: Cell, value: number, note: string) =>
  put<Label>(labelPath(attempt, place, cell), { value, note });
export const deleteLabel = (attempt: Attempt, place: number, cell: Cell) => remove(labelPath(attempt, place, cell));

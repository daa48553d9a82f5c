/** Test questions of a collection, and what came of asking them. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, post, put, remove } from "@/api/client";
import type { Run } from "@/api/types";
import { upload } from "@/api/upload";
import type {
  Calibration,
  Imported,
  MeasurementPage,
  Only,
  Question,
  QuestionPage,
  QuestionSet,
  QuestionWish,
  ResultPage,
} from "./types";

export const qualityKey = (id: string) => ["collections", "quality", id] as const;

export const measurementsQuery = (id: string) =>
  queryOptions({
    queryKey: [...qualityKey(id), "measurements"],
    queryFn: ({ signal }) => get<MeasurementPage>(`/collections/${id}/quality`, undefined, signal),
  });

export const measure = (id: string) => post<Run>(`/collections/${id}/quality`, {});

export const resultsQuery = (id: string, measurementId: string, only: Only) =>
  infiniteQueryOptions({
    queryKey: [...qualityKey(id), "results", measurementId, only],
    queryFn: ({ pageParam, signal }) =>
      get<ResultPage>(`/collections/${id}/quality/${measurementId}/results`, { only, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const questionsQuery = (id: string, search: string) =>
  infiniteQueryOptions({
    queryKey: [...qualityKey(id), "questions", search],
    queryFn: ({ pageParam, signal }) =>
      get<QuestionPage>(`/collections/${id}/questions`, { search, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const addQuestion = (id: string, wish: QuestionWish) => post<Question>(`/collections/${id}/questions`, wish);
export const changeQuestion = (id: string, questionId: string, wish: QuestionWish) =>
  put<Question>(`/collections/${id}/questions/${questionId}`, wish);
export const deleteQuestion = (id: string, questionId: string) => remove(`/collections/${id}/questions/${questionId}`);

export const importQuestions = (id: string, file: File) =>
  upload<Imported>(`/collections/${id}/questions/import`, {}, file, { onProgress: () => undefined });

export type GenerateWish = { n: number; unanswerable_fraction: number };
export const generateQuestions = (id: string, wish: GenerateWish) =>
  post<Run>(`/collections/${id}/questions/generate`, wish);

export const saveQuestions = (id: string) => post<QuestionSet>(`/collections/${id}/questions/dataset`);

export const calibrationQuery = (id: string, measurementId: string) =>
  queryOptions({
    queryKey: [...qualityKey(id), "calibration", measurementId],
    queryFn: ({ signal }) =>
      get<Calibration>(`/collections/${id}/quality/calibration`, { quality_id: measurementId }, signal),
  });

export const applyCalibration = (id: string, measurementId: string) =>
  post<Calibration>(`/collections/${id}/quality/calibration`, { quality_id: measurementId });

/** What the routes of quality answer. Figures are shares (0–1), but for seconds and money. */
import type { Named } from "@/api/types";

export type Figure = Named["Figure"];
export type FigureChange = Named["FigureChange"];
export type Measurement = Named["QualityRunOut"];
export type TrendPoint = Named["QualityTrendPoint"];
export type MeasurementPage = Named["QualityRunPage"];

export type Question = Named["KnownQuestionOut"];
export type QuestionPage = Named["KnownQuestionPage"];
export type QuestionWish = Named["KnownQuestion"];
export type Imported = Named["ImportedQuestionsOut"];
export type QuestionSet = Named["QuestionSetOut"];

export type Only = "all" | "missed" | "failed" | "abstained" | "wrongly_abstained" | "wrongly_answered" | "unsupported";

/** A passage that was found, as the measurement keeps it. */
export type FoundPassage = {
  title: string;
  headings: string[];
  document_id: string;
  text_hash?: string;
  start: number;
  end: number;
  is_truth: boolean;
};
export type Result = Omit<Named["QuestionResult"], "found"> & { found: FoundPassage[] };
export type ResultPage = Omit<Named["QuestionResultPage"], "items"> & { items: Result[] };

export type Calibration = Named["Calibration"];

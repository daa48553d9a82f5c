/** What the routes of quality answer. Figures are shares (0–1), but for seconds and money. */

export type Figure = {
  /** Null: no question could be scored. */
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  n_not_scorable: number;
  why_not: Record<string, number>;
  told: string | null;
};

export type Change = {
  difference: number | null;
  low: number | null;
  high: number | null;
  n: number;
  told: string | null;
};

export type Measurement = {
  id: string;
  collection_version: number;
  run_id: string | null;
  dataset_id: string | null;
  question_set_id: string | null;
  created_at: string;
  n_questions: number;
  n_answerable: number;
  n_asked: number;
  n_failed: number;
  strategy: string | null;
  llm: string | null;
  is_scripted: boolean;
  is_cut: boolean;
  told: string | null;
  total_cost_usd: number | null;
  n_unknown_cost: number;
  compared_with: string | null;
  figures: Record<string, Figure>;
  changes: Record<string, Change>;
};

export type TrendPoint = { id: string; at: string; collection_version: number; values: Record<string, number | null> };
export type MeasurementPage = { items: Measurement[]; next: string | null; trend: TrendPoint[]; run_id: string | null };

export type QuestionOrigin = "written" | "imported" | "generated";

export type Question = {
  id: string;
  question: string;
  answer: string | null;
  document_key: string | null;
  quote: string | null;
  is_answerable: boolean;
  origin: QuestionOrigin;
};

export type QuestionPage = {
  items: Question[];
  next: string | null;
  counts: Partial<Record<QuestionOrigin, number>>;
  run_id: string | null;
};

export type QuestionWish = Pick<Question, "question" | "answer" | "document_key" | "quote" | "is_answerable">;
export type Imported = { n_added: number; n_left_out: number; problems: { row: number; message: string }[] };
export type QuestionSet = { id: string; n_questions: number; dataset_id: string | null; created_at: string };

export type Only = "all" | "missed" | "failed" | "abstained" | "wrongly_abstained" | "wrongly_answered" | "unsupported";

export type Result = {
  id: string;
  question: string;
  is_answerable: boolean;
  expected: string | null;
  why_no_truth: string | null;
  rank: number | null;
  evidence: number | null;
  outcome: "answered" | "abstained" | "failed" | "not asked";
  why_failed: string | null;
  answer: string;
  citations: { is_verified: boolean; is_on_truth: boolean | null; quote: string }[];
  support: { unsupported: string[] };
  judgement: { score: number | null; why: string };
  seconds: number | null;
  found: {
    title?: string;
    headings?: string[];
    document_id?: string;
    start?: number;
    end?: number;
    is_truth?: boolean;
  }[];
};

export type ResultPage = { items: Result[]; n: number; next: string | null };

export type ThresholdPoint = {
  answer_from: number;
  precision: number | null;
  recall: number;
  f_beta: number;
  n_answered: number;
};

export type Calibration = {
  n_to_answer: number;
  n_to_leave: number;
  curve: ThresholdPoint[];
  chosen: ThresholdPoint;
  now: ThresholdPoint;
  held_out_precision: number | null;
  held_out_recall: number;
  told: string;
};

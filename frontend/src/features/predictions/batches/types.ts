/** A file of rows that an endpoint predicts, and what the pages of batches read. */
import type { Cell, Signature } from "@/api/types";

export type BatchState = "reading" | "ready" | "queued" | "running" | "succeeded" | "failed" | "cancelled";

export type FileColumn = { name: string; dtype: string; examples: Cell[] };
export type Reason = { column: string | null; reason: string; n_rows: number; rows: number[] };
export type CheckResult = { n_rows: number; n_bad: number; reasons: Reason[]; warnings: string[] };
export type Numbers = { mean: number; min: number; max: number };

export type Batch = {
  id: string;
  endpoint_id: string;
  endpoint_name: string;
  name: string;
  filename: string;
  /** One label for all rows; `label_column` is one of its own for each. */
  label: string | null;
  label_column: string | null;
  version: number | null;
  state: BatchState;
  run_id: string | null;
  columns: FileColumn[];
  /** Column of the model → column of the file. */
  mapping: Record<string, string | null>;
  check: CheckResult | null;
  n_rows: number | null;
  n_done: number;
  n_failed: number;
  rows_per_second: number | null;
  seconds_left: number | null;
  counts: Record<string, number> | null;
  numbers: Numbers | null;
  n_unsure: number | null;
  not_sure_below: number | null;
  /** Of the version that predicts it, whatever the endpoint serves meanwhile. */
  signature: Signature;
  error: { message: string; hint?: string | null } | null;
  warnings: string[];
  created_at: string;
  finished_at: string | null;
  is_reopened: boolean;
  expires_at: string | null;
};

export type ResultRow = {
  /** Counted from 1, as a spreadsheet counts below its header. */
  row: number;
  inputs: Record<string, Cell>;
  label: string | null;
  prediction: string | number | null;
  confidence: number | null;
  probabilities: Record<string, number> | null;
  is_sure: boolean | null;
  correct: string | number | null;
  error: string | null;
};

export type ResultPage = { total: number; items: ResultRow[] };

export const isOver = (state: BatchState) => state === "succeeded" || state === "failed" || state === "cancelled";
export const isMoving = (state: BatchState) => state === "reading" || state === "queued" || state === "running";

/** What the prediction pages read and send, where the generated description does not say it by name. */
import type { CallOutput, CallResult, Cell, Endpoint as Listed } from "@/api/types";

/**
 * One thing that pushed the score. `column` is null where several columns cannot be told apart; `spans` are the places
 * of words in their text, counted in code points, and null for what is no text.
 */
export type Reason = {
  feature: string;
  column: string | null;
  value: Cell;
  contribution: number;
  spans?: [number, number][] | null;
};

export type Why = {
  outputs: string[];
  of: string;
  /** What the score is measured in. */
  scale?: string;
  base: number | null;
  score: number | null;
  reasons: Reason[];
  rest: number | null;
  method: string;
  unavailable: string | null;
};

export type Output = CallOutput & { is_sure?: boolean | null; why?: Why | null };
export type Result = Omit<CallResult, "outputs"> & { outputs: Output[] };

export type Endpoint = Listed & {
  not_sure_below?: number | null;
  is_public?: boolean;
  public_calls_per_day?: number;
  public_url?: string | null;
  calls_kept_days?: number | null;
};

export type Correction = {
  id: string;
  call_id: string | null;
  row: number;
  predicted: string | number;
  correct: string | number;
  created_at: string;
};

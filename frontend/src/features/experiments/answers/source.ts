/** Where answers are read from: an attempt of one's own, or what a link shows its readers. */
import { attemptPath } from "../comparison/queries";
import type { Attempt } from "../types";

export type Source = {
  /** What the addresses of its routes begin with. */
  path: string;
  /** What the keys of all that is read from it begin with. */
  key: readonly (string | number)[];
  /** The attempt whose answers are labelled; null: they are only read. */
  attempt: Attempt | null;
};

export const attemptSource = (attempt: Attempt): Source => ({
  path: `${attemptPath(attempt)}/answers`,
  key: ["experiments", "answers", attempt.experiment_id, attempt.number],
  attempt,
});

export const linkSource = (token: string): Source => ({
  path: `/public/experiments/${encodeURIComponent(token)}/answers`,
  key: ["public", "experiments", token, "answers"],
  attempt: null,
});

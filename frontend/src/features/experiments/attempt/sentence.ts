/** How an attempt stands, in a sentence. */
import { formatCount, plural } from "@/lib/format";
import { words as inspect } from "../inspect/words";
import { isLive } from "../queries";
import type { Attempt } from "../types";
import { words } from "./words";

type Told = Pick<Attempt, "state" | "error" | "n_done" | "n_failed"> & { is_recorded?: boolean };

/** Why it stopped or failed comes first, in the server's words. */
export function sentenceOf({ state, error, n_done, n_failed, is_recorded }: Told): string {
  const { sentences } = words;
  if (is_recorded) {
    const failed = n_failed > 0 ? formatCount(n_failed) : null;
    return isLive(state)
      ? inspect.live
      : [error, inspect.ended(plural(n_done, "answer"), failed)].filter(Boolean).join(" ");
  }
  if (state === "succeeded") {
    return n_failed > 0
      ? sentences.succeededWithFailures(plural(n_failed, "answer"))
      : sentences.succeeded(plural(n_done, "answer"));
  }
  return [error, sentences[state]].filter(Boolean).join(" ");
}

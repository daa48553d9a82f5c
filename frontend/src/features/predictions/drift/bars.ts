/** The same bins of training and of now, side by side, for one small picture. */
import type { ColumnDrift } from "./queries";
import { words } from "./words";

export type Bar = { label: string; training: number; recent: number };

/** Bins in their order; what is missing stands last, as a share of all rows. */
export function barsOf({ training, recent, missing }: Pick<ColumnDrift, "training" | "recent" | "missing">): Bar[] {
  if (!training || !recent) return [];
  const there = { training: 1 - (missing?.training ?? 0), recent: 1 - (missing?.recent ?? 0) };
  const bars = training.bins.map((label, i) => ({
    label,
    training: (training.shares[i] ?? 0) * there.training,
    recent: (recent.shares[i] ?? 0) * there.recent,
  }));
  if (!missing || missing.training + missing.recent === 0) return bars;
  return [...bars, { label: words.missing, ...missing }];
}

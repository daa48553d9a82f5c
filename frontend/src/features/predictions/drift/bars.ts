/** The same bins of training and of now, side by side, for one small picture. */
import type { ColumnDrift } from "@/api/types";
import { words } from "./words";

export type Bar = { label: string; training: number; recent: number };

/** Bins in their order; what is missing stands last, as a share of all rows. */
export function barsOf({ training, recent, missing }: Pick<ColumnDrift, "training" | "recent" | "missing">): Bar[] {
  if (!training || !recent) return [];
  const absent = { training: missing?.training ?? 0, recent: missing?.recent ?? 0 };
  const bars = training.bins.map((label, i) => ({
    label,
    training: (training.shares[i] ?? 0) * (1 - absent.training),
    recent: (recent.shares[i] ?? 0) * (1 - absent.recent),
  }));
  if (absent.training + absent.recent === 0) return bars;
  return [...bars, { label: words.missing, ...absent }];
}

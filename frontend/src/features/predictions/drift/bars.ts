/** The same bins of training and of now, side by side, for one small picture. */
import { formatNumber } from "@/lib/format";
import type { Shape } from "./queries";
import { words } from "./words";

export type Bar = { label: string; training: number; recent: number };

/** Values that are named; the rest is one bar. */
const NAMED = 8;

export function barsOf(training: Shape | null, recent: Shape | null): Bar[] {
  if (!training || !recent) return [];
  const bars = training.edges ? binned(training, recent) : named(training.values ?? {}, recent.values ?? {});
  const missing = { label: words.missing, training: training.missing ?? 0, recent: recent.missing ?? 0 };
  return missing.training + missing.recent > 0 ? [...bars, missing] : bars;
}

function binned({ edges = [], shares = [] }: Shape, recent: Shape): Bar[] {
  return shares.map((share, i) => ({
    label: `${formatNumber(edges[i])} – ${formatNumber(edges[i + 1])}`,
    training: share,
    recent: recent.shares?.[i] ?? 0,
  }));
}

export function named(training: Readonly<Record<string, number>>, recent: Readonly<Record<string, number>>): Bar[] {
  const names = [...new Set([...Object.keys(training), ...Object.keys(recent)])];
  const all = names
    .map((label) => ({ label, training: training[label] ?? 0, recent: recent[label] ?? 0 }))
    .sort((a, b) => Math.max(b.training, b.recent) - Math.max(a.training, a.recent));
  const rest = all.slice(NAMED);
  if (rest.length === 0) return all;
  const sum = (of: "training" | "recent") => rest.reduce((total, bar) => total + bar[of], 0);
  return [...all.slice(0, NAMED), { label: words.other, training: sum("training"), recent: sum("recent") }];
}

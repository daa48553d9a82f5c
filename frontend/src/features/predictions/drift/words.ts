/** What the drift of an endpoint says. */
import { plural } from "@/lib/format";

export const words = {
  failed: "The drift could not be loaded",
  loading: "Loading the drift",
  period: "Compared with training",
  periods: { "24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days", "90d": "Last 90 days" },
  rows: (n: number) => `${plural(n, "row")} of calls and batches in this time, beside the rows of training.`,
  none: "No rows in this time",
  noneText: "Choose a longer time: what is compared are the rows that were asked.",
  calm: "No column differs from training by more than chance and the usual bounds.",
  columns: {
    title: "Columns, the most changed first",
    name: "Column",
    psi: "PSI",
    ks: "KS",
    p: "p",
    shape: "Training and now",
    told: "What changed",
  },
  drifted: "Drifted",
  unavailableWhy: "Not available",
  training: "training",
  recent: "now",
  psiHelp: "Population stability index: under 0.1 calm, over 0.25 changed, by convention.",
  prediction: { title: "Answers", psi: (value: string) => `PSI ${value}`, of: "Share of each class" },
  wordsTitle: "Words that became more or less frequent",
  wordColumns: { column: "Column", word: "Word", training: "At training", recent: "Now", z: "z" },
  wordsHelp: "z: how far the change is beyond chance; over 2 is rare by chance alone.",
  missing: "missing",
  other: "others",
  histogram: (name: string) => `${name}: training and now`,
};

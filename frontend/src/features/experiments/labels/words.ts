/** What the pages of labels say. */
import { plural } from "@/lib/format";

export const words = {
  loading: "Loading labels",
  failed: "The labels cannot be shown",
  title: "Do scorers agree with people?",
  help: "Say of some answers yourself whether they are right. From 10 labels on you see how far each scorer, and each LLM that judges, agrees with people, and whether its verdicts can be trusted.",
  labelled: (n: number, nBlind: number) => `${plural(n, "answer")} labelled, ${nBlind} of them blind.`,
  begin: "Label blind",
  blindHelp: "Answers come in a random order without the configuration that gave them, so that nobody favours one.",
  columns: {
    scorer: "Scorer",
    n: "Labels",
    agreement: "Agreement",
    kappa: "Cohen's kappa",
    spearman: "Spearman",
    first: "First",
    second: "Second",
    only: "Only first / only second right",
    counts: "Both right / both wrong",
    strict: "Scorer too strict",
    lax: "Scorer too lax",
    told: "Reading",
  },
  columnsHelp:
    "Agreement is the share of answers with the same verdict, kappa what is left of it beyond chance (1: perfect, 0: as by chance); Spearman correlates ranks where there is more than right and wrong. All with 95 % intervals. Too strict: people say right, the scorer wrong.",
  notOrdinal: "right or wrong only",
  people: "Do people agree with each other?",
  peopleHelp:
    "A scorer cannot agree with people better than they agree with each other: where this is low, say more clearly what counts as right.",
  kappaTold: (kappa: number) =>
    kappa >= 0.8
      ? "almost perfect"
      : kappa >= 0.6
        ? "substantial"
        : kappa >= 0.4
          ? "moderate"
          : kappa >= 0.2
            ? "fair"
            : "poor",
  close: "End",
  none: "Every answer is labelled",
  noneText: "You have labelled every answer of this attempt.",
  left: (n: number) => `${plural(n, "answer")} left`,
  done: (n: number) => `${n} labelled now`,
  question: "Question",
  context: "Context",
  expected: "Expected",
  showExpected: "Show what is expected",
  answer: "Answer",
  read: "Read as",
  empty: "It said nothing.",
  verdicts: { 1: "Right", 0.5: "Partly", 0: "Wrong" } as Record<number, string>,
  skip: "Skip",
  sendFailed: "The label was not kept",
};

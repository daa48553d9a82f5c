/** What the page of an attempt says while it runs and after. */
import { formatCount, plural } from "@/lib/format";

export const words = {
  attempt: "Attempt",
  choose: "Attempt to show",
  attemptN: (n: number) => `Attempt ${n}`,
  start: "Start",
  again: "Run again",
  againHelp: "A new attempt beside this one: nothing that is there is overwritten.",
  cancel: "Cancel",
  cancelNamed: (n: number) => `Cancel attempt ${n}`,
  cancelText: "Every answer that is there stays, and can be compared. What is missing can be asked later.",
  finish: "Finish early",
  finishing: "What is being asked comes to its end; then the answers that are there are compared.",
  resume: "Resume",
  resumeTitle: (n: number) => `Resume attempt ${n}`,
  resumeHelp: (missing: number, failed: number) =>
    [
      missing > 0 && `${plural(missing, "answer")} ${missing === 1 ? "is" : "are"} missing`,
      failed > 0 && `${formatCount(failed)} failed`,
    ]
      .filter(Boolean)
      .join(" and ")
      .concat(". Only these are asked; what is there is not asked again."),
  budgetUsd: "Money budget",
  budgetTokens: "Token budget",
  budgetHelp: "For the whole attempt, with what it took already. Empty: no limit.",
  openRun: "Look at the run",
  never: { title: "Not run yet", text: "Nobody was asked yet. Starting asks every sample in every configuration." },
  noEstimate: "This document cannot be started",
  sentences: {
    queued: "Waits for its turn: another run has the worker. You may leave this page.",
    running: "Asking. You may leave this page; every answer is kept as it comes.",
    succeeded: (done: string) => `Every answer is there: ${done}.`,
    succeededWithFailures: (failed: string) => `Finished, but ${failed} failed. Resume asks these again.`,
    stopped: "Stopped before the end; every answer that is there is kept and compared.",
    failed: "The run failed; every answer that is there is kept.",
    cancelled: "Cancelled; every answer that is there is kept.",
  },
  progress: (done: number, planned: number) => `${formatCount(done)} of ${formatCount(planned)} answers`,
  facts: {
    answers: "Answers",
    failed: "Failed",
    reused: "Reused",
    speed: "Requests per second",
    tokens: "Tokens in and out",
    spent: "Spent",
    scoring: "Spent on scoring",
    samples: "Samples",
    seconds: "Took",
  },
  lost: "The worker that asked is not heard of any more. Every answer that came is kept; the rest is asked when a worker takes over.",
  takenOver: (n: number, most: number) =>
    `The worker that asked died, and another took over (${n} of at most ${most}). Every answer that came is kept and not asked again.`,
  pause: (llm: string, seconds: number, why: string) => `${llm} is left alone for ${Math.ceil(seconds)} s: ${why}`,
  standings: "Configurations so far",
  standingsEnd: "Configurations",
  columns: {
    name: "Configuration",
    done: "Answers",
    p50: "Median time",
    tokens: "Tokens out",
    spent: "Spent",
    failed: "Failed",
  },
  score: (scorer: string) => `${scorer}, 95 % interval`,
  independent: "Intervals take answers as independent of each other; the comparison goes by samples and groups.",
  scripted: "The answers of at least one LLM were written or recorded beforehand.",
  madeOf: (dataset: string, code: string) => `Dataset ${dataset} · ${code}`,
  kept: "Loading the attempt",
  failedToLoad: "This attempt cannot be shown",
} as const;

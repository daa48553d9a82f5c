/** What the page about readers of a collection says. */
import { formatCount, plural } from "@/lib/format";

export const words = {
  help: "What readers ask, where the documents do not say, and what to write about next. Readers are counted, never named.",
  loading: "Loading what readers ask",
  failed: "What readers ask could not be loaded",
  none: "Nobody has asked in this time.",
  period: "Period",
  periods: { "7": "Last 7 days", "30": "Last 30 days", "90": "Last 90 days", "365": "Last year" } as Record<
    string,
    string
  >,
  export: "Export (CSV)",
  questions: (n: number) => plural(n, "question"),
  readers: (n: number) => plural(n, "reader"),
  unanswered: (share: string) => `${share} not answered`,
  nFailed: (n: number) => `${formatCount(n)} failed`,
  up: (n: number) => `${plural(n, "thumb")} up`,
  down: (n: number) => `${plural(n, "thumb")} down`,
  cut: "More was asked than is looked at here: the newest are shown. The export has all.",
  byDay: "Questions by day",
  axis: { day: "day", questions: "questions", answered: "answered", unanswered: "not answered", failed: "failed" },
  times: (n: number) => (n === 1 ? "once" : `${formatCount(n)} times`),
  byReaders: (n: number) => `by ${plural(n, "reader")}`,
  sections: {
    gaps: {
      title: "Worth writing about",
      help: "Questions that the documents do not answer, under the part that came nearest.",
      none: "No gaps: everything asked was answered.",
    },
    top: { title: "Asked most", none: "Nothing yet." },
    unanswered: { title: "Not answered", none: "Every question was answered." },
    offSubject: {
      title: "Off the subject",
      help: "Not answered, and neither in the words nor in the meaning of the documents: nothing to write about.",
      none: "Every question was about the documents.",
    },
    down: { title: "Thumbs down", none: "No thumbs down." },
  },
  nowhere: "Nothing near it",
  wordings: "Also asked as",
  grouping: {
    by: (when: string) => `Grouped by what they mean, ${when}.`,
    words: (n: number) => `${plural(n, "question")} only by their words.`,
    none: "Grouped by their words only.",
    now: "Group by meaning now",
    doing: "Comparing what questions mean",
  },
} as const;

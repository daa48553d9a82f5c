/** What the page about readers of a collection says. */
import { plural } from "@/lib/format";

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
  unanswered: (n: string) => `${n} not answered`,
  down: (n: number) => `${plural(n, "thumb")} down`,
  byDay: "Questions by day",
  axis: { day: "day", questions: "questions", answered: "answered", unanswered: "not answered" },
  times: (n: number) => (n === 1 ? "once" : `${n} times`),
  sections: {
    gaps: {
      title: "Worth writing about",
      help: "Questions that the documents do not answer, by what they are about.",
      none: "No gaps: everything asked was answered.",
    },
    top: { title: "Asked most", none: "Nothing yet." },
    unanswered: { title: "Not answered", none: "Every question was answered." },
    down: { title: "Thumbs down", none: "No thumbs down." },
  },
  nearest: "Nearest",
  ask: "Ask it",
} as const;

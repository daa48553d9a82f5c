/** Questions by day, those that were not answered in a colour of their own. */
import { CATEGORY_COLORS } from "@/ui/chart-theme";
import type { ReaderDay } from "./queries";
import { words } from "./words";

const [BLUE, , , , , VERMILLION] = CATEGORY_COLORS;
const GREY = "#8b857c";

export function daysSpec(days: readonly ReaderDay[]): Record<string, unknown> {
  const values = days.flatMap(({ day, n_questions, n_abstained, n_failed }) => [
    { day, outcome: words.axis.answered, questions: n_questions - n_abstained - n_failed },
    { day, outcome: words.axis.unanswered, questions: n_abstained },
    { day, outcome: words.axis.failed, questions: n_failed },
  ]);
  return {
    data: { values },
    height: 160,
    mark: { type: "bar", tooltip: true },
    encoding: {
      x: {
        field: "day",
        type: "temporal",
        timeUnit: "utcyearmonthdate",
        title: words.axis.day,
        axis: { format: "%b %d" },
      },
      y: {
        field: "questions",
        type: "quantitative",
        title: words.axis.questions,
        axis: { tickMinStep: 1, format: "~s" },
      },
      color: {
        field: "outcome",
        type: "nominal",
        title: null,
        scale: {
          domain: [words.axis.answered, words.axis.unanswered, words.axis.failed],
          range: [BLUE, VERMILLION, GREY],
        },
      },
    },
  };
}

/** What the reasons of a prediction say. */
export const words = {
  title: "Why",
  unavailable: "Not available",
  of: (what: string) => `What pushed the score of ${what}`,
  marked: "The text, with the words that counted",
  towards: "for",
  against: "against",
  base: "Before looking at the row",
  rest: "Everything else",
  score: "Score",
  scoreIn: (scale: string) => `Score, as ${scale}`,
  method: (name: string) => `Method: ${name}`,
  missing: "missing",
  more: (n: number) => `Show ${n} more`,
  columns: { reason: "Reason", contribution: "Adds" },
  cut: (shown: string, all: string) => `The first ${shown} of ${all} characters.`,
};

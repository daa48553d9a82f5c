/** What the page that shows what retrieval finds says. */
import { plural } from "@/lib/format";

export const words = {
  label: "Search the documents",
  placeholder: "A question, as a reader would ask it",
  verb: "Search",
  help: "What an answer would be made from, without one: the passages in their order, by words and by meaning.",
  searching: "Searching",
  failed: "The search did not work",
  none: "Nothing was found. Try other words, or look whether the documents are indexed.",
  found: (n: number, seconds: string) => `${plural(n, "passage")} in ${seconds}`,
  searchedFor: (text: string) => `Searched for “${text}”`,
  results: "Passages",
  byWords: (rank: number) => `by words ${rank}`,
  byMeaning: (rank: number) => `by meaning ${rank}`,
  notBy: { words: "not by words", meaning: "not by meaning" },
  score: "Score",
  page: (n: number) => `page ${n}`,
  chunks: (n: number) => plural(n, "chunk"),
  open: (title: string) => `Open the passage in ${title}`,
  evidence: {
    title: "Evidence",
    help: "What speaks for the documents knowing the answer. Together these make the strength that Settings → Answer from asks for; below it the answer is that they do not say.",
    words_score: "Words: best passage",
    words_covered: "Words of the question found",
    meaning_score: "Meaning: best passage",
    meaning_margin: "Meaning: above the rest",
    unknown: "the embedder does not know this language",
  },
  language: "Language of the question",
  nearest: "Nearest headings",
} as const;

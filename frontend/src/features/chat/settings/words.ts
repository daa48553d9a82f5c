/** What the settings of a collection say. */
import { plural } from "@/lib/format";

export const words = {
  save: "Save",
  saved: "Saved.",
  name: { title: "Name", label: "Name" },
  llm: {
    title: "Who answers",
    label: "LLM",
    none: "None: the best passages, quoted",
    help: "Without an LLM answers are the best passages, word for word and cited. With one they are written from those passages, and every citation is checked.",
    scripted: (name: string) => `${name} (scripted)`,
    add: "Add an LLM in the settings",
    failed: "The LLMs could not be loaded",
  },
  answering: {
    title: "How it answers",
    help: "How much is read for an answer, and when it says that the documents do not know.",
  },
  index: {
    title: "Index and embedder",
    help: "What passages are found with. Changing either embeds every document anew at the next sync; until then the old index answers.",
    embedder: "Embedder",
    builtin: "Built in (no key, no network)",
    languages: (list: string) => `Made for ${list}. Outside of these words lead and meaning follows.`,
    manyLanguages: (n: number) => `Made for ${n} languages. Outside of these words lead and meaning follows.`,
    anyLanguage: "Its languages are not stated.",
    kind: "Index",
    wanted: "Chosen, and taken up by the next sync: everything is embedded anew.",
    syncNow: "Sync now",
    unavailable: (reason: string) => `Not available here: ${reason}`,
  },
  site: {
    title: "Where it is published",
    label: "Address",
    help: "Citations lead there, to the heading and the exact words. Leave empty when the documents are not on the web.",
    placeholder: "https://docs.example.org/",
  },
  readers: {
    title: "Questions are kept for",
    label: "Days",
    placeholder: "For good",
    help: "Older questions and answers are deleted, with what readers said of them. Empty keeps them.",
  },
  remove: {
    title: "Delete",
    verb: "Delete collection",
    ask: (name: string) => `Delete ${name}?`,
    documents: (n: number) => `${plural(n, "document")} with the index`,
    calls: (n: number) => `${plural(n, "question")} and their answers`,
    loading: "Looking what goes with it",
    help: "It goes for good, with everything that belongs to it. Programs and sites that ask it get an error from then on.",
    goes: "This goes with it:",
  },
} as const;

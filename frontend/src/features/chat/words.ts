/** Strings that several pages of collections share; each part of a collection's page has its own beside it. */
import { plural } from "@/lib/format";

export const words = {
  title: "Chat",
  one: "Collection",
  loading: "Loading collections",
  loadingOne: "Loading the collection",
  loadFailed: "The collections could not be loaded",
  openFailed: "This collection could not be opened",
  missing: "There is no such collection here. It may have been deleted.",
  toList: "All collections",
  more: "Show more",
  empty: {
    title: "No collections yet",
    text: "Bring documents together and ask them: every answer cites the exact words it rests on. No key is needed.",
  },
  columns: {
    name: "Name",
    state: "State",
    documents: "Documents",
    words: "Words indexed",
    llm: "Answers by",
    synced: "Synced",
  },
  extractive: "quoting passages",
  scripted: "scripted",
  scriptedHelp: "A scripted LLM answers from a file: for tests and demos, nothing it says is thought up.",
  parts: "Parts of this collection",
  tabs: {
    ask: "Ask",
    documents: "Documents",
    search: "Search",
    quality: "Quality",
    readers: "Readers",
    share: "Share",
    settings: "Settings",
  },
  states: { empty: "No documents", syncing: "Syncing", ready: "Ready", failed: "Sync failed" },
  nDocuments: (n: number) => plural(n, "document"),
  page: (n: number) => `page ${n}`,
} as const;

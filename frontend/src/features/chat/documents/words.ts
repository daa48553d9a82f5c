/** What the documents of a collection, their origins and their sync say. */
import { plural } from "@/lib/format";

export const words = {
  title: "Documents",
  loading: "Loading documents",
  failed: "The documents could not be loaded",
  search: "Search documents",
  noneFound: (query: string) => `No document is called “${query}”.`,
  noneInState: "No document is in this state.",
  stateLabel: "State",
  states: { all: "All states", waiting: "Waiting", indexed: "Indexed", failed: "Failed" },
  add: "Add documents",
  sync: "Sync now",
  syncing: "Syncing",
  empty: {
    title: "No documents yet",
    text: "Add files, a ZIP, a folder or the address of a site. They are indexed at once, without a key or a network.",
  },
  columns: {
    title: "Title",
    state: "State",
    words: "Words indexed",
    chunks: "Chunks",
    loader: "Kind",
    changed: "Changed",
  },
  wordsOf: (indexed: string, all: string) => `${indexed} of ${all}`,
  notAllWords: "Less than 99 % of its words are indexed.",
  indexed: (share: string, n: string) => `${share} of ${n} words are indexed`,
  chunks: (n: number) => plural(n, "chunk"),
  nFailed: (n: number) => `${plural(n, "document")} failed`,
  showFailed: "Show them",
  version: (n: number) => `version ${n}`,
  more: "Show more",
  queued: "The sync waits for a worker",
  leave: "You can leave this page: the sync goes on.",
  cancel: "Cancel",
  cancelling: "Cancelling",
  seeRun: "See the run",
  syncFailed: "The last sync failed",
  syncAgain: "Sync again",
  origins: {
    title: "Where they come from",
    loading: "Loading origins",
    failed: "The origins could not be loaded",
    kinds: { files: "File", file: "File", zip: "ZIP", upload: "Upload", folder: "Folder", site: "Site" } as Record<
      string,
      string
    >,
    found: (n: number) => plural(n, "document"),
    changes: (fresh: number, changed: number, unchanged: number, removed: number) =>
      [
        fresh > 0 && `${fresh} new`,
        changed > 0 && `${changed} changed`,
        unchanged > 0 && `${unchanged} unchanged`,
        removed > 0 && `${removed} removed`,
      ]
        .filter(Boolean)
        .join(", "),
    leftOut: (n: number) => `${plural(n, "file")} left out`,
    never: "Not synced yet",
    remove: (name: string) => `Remove ${name}`,
    removeTitle: (name: string) => `Remove ${name}?`,
    removeHelp: "Its documents leave the collection at once. Answers that cited them keep their texts.",
    removeVerb: "Remove",
  },
  panel: {
    title: "Document",
    open: "Open the document",
    openSite: "Open where it is published",
    why: "Why it is not indexed",
    facts: {
      key: "Path",
      loader: "Read as",
      language: "Language",
      words: "Words",
      chunks: "Chunks",
      added: "Added",
      changed: "Changed",
    },
    notes: "Notes of reading it",
  },
} as const;

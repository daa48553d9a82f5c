/** What the routes of collections and of their endpoints answer. Offsets are characters (code points) of a text. */

export type Problem = { message: string; hint?: string | null };

export type CollectionState = "empty" | "syncing" | "ready" | "failed";

export type Embedder = { id: string | null; name: string; languages: string[] | null };
export type AnsweringLlm = { id: string | null; name: string; provider_kind: string; is_scripted: boolean };

export type Collection = {
  id: string;
  name: string;
  endpoint_id: string;
  index: Record<string, unknown>;
  embedder: Embedder;
  /** What the next sync takes up; it embeds everything anew. */
  wanted: { index: Record<string, unknown>; embedder: Embedder } | null;
  /** Null: answers are the best passages, quoted. */
  llm: AnsweringLlm | null;
  answering: Record<string, unknown>;
  site_url: string | null;
  /** Grows with every sync that changed something. */
  version: number;
  state: CollectionState;
  run_id: string | null;
  error: Problem | null;
  n_documents: number;
  n_failed: number;
  n_chunks: number;
  n_words: number;
  n_words_indexed: number;
  sample: string | null;
  created_at: string;
  synced_at: string | null;
};

export type DocumentState = "waiting" | "indexed" | "failed";

export type Document = {
  id: string;
  collection_id: string;
  key: string;
  title: string;
  loader: string;
  url: string | null;
  language: string | null;
  n_words: number;
  n_words_indexed: number;
  n_chunks: number;
  state: DocumentState;
  error: Problem | null;
  notes: string[];
  origin_id: string;
  added_at: string;
  changed_at: string;
};

export type BlockKind = "heading" | "paragraph" | "list" | "table" | "code" | "quote" | "admonition" | "caption";

/** A stretch of the text that belongs together, `[start, end)`. */
export type Block = {
  kind: BlockKind;
  start: number;
  end: number;
  level: number | null;
  anchor: string | null;
  language: string | null;
  page: number | null;
};

export type DocumentText = {
  id: string;
  title: string;
  url: string | null;
  text_hash: string;
  is_current: boolean;
  text: string;
  blocks: Block[];
  language: string | null;
  notes: string[];
};

/** One place in one version of a document. */
export type Citation = {
  n: number;
  document_id: string;
  text_hash: string;
  title: string;
  headings: string[];
  url: string | null;
  page: number | null;
  start: number;
  end: number;
  quote: string;
  chunk_ids: number[];
  is_selection: boolean;
};

export type Strategy = "llm" | "extractive";
export type Thumb = "up" | "down";
export type Tokens = { n_input_tokens: number | null; n_output_tokens: number | null; cost_usd: number | null };

/** What the routes of collections and of their endpoints answer. Offsets are characters (code points) of a text. */
import type { Named } from "@/api/types";

export type Collection = Named["CollectionOut"];
export type CollectionState = Collection["state"];
export type Embedder = Named["EmbedderOut"];
export type LlmOfAnswer = Named["LlmOfAnswer"];

export type Document = Named["DocumentOut"];
export type DocumentState = Document["state"];
export type DocumentText = Named["DocumentTextOut"];
/** A stretch of the text that belongs together, `[start, end)`. */
export type Block = Named["Block"];
export type BlockKind = Block["kind"];
export type Chunk = Named["ChunkOut"];

export type Origin = Named["OriginOut"];
export type OriginReport = Named["OriginReport"];
export type LeftOut = Named["LeftOutDocument"];

/** One place in one version of a document; a selection that stands in no document has none, and counts in itself. */
export type Citation = Named["CitationOut"];
export type Session = Named["SessionOut"];
export type KeptTurn = Named["SessionTurnOut"];
export type Strategy = NonNullable<KeptTurn["strategy"]>;
export type Feedback = NonNullable<KeptTurn["feedback"]>;
export type Thumb = Feedback["thumb"];
export type Tokens = { n_input_tokens: number | null; n_output_tokens: number | null; cost_usd: number | null };

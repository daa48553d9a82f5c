/** A page explained for a level or translated: how it is asked for, and the blocks that come. */
import { postForEvents } from "@/api/event-post";
import { ApiError, type ErrorBody } from "@/lib/api-error";
import type { StreamEvent } from "@/lib/event-stream";
import type { BlockKind } from "../types";

export type Level = "beginner" | "intermediate" | "advanced";
export type VariantWish = { wish: "explain"; level: Level } | { wish: "translate"; language: string };

/** A block beside its source; where the source was kept the text is the same. */
export type MadeBlock = {
  i: number;
  kind: BlockKind;
  level: number | null;
  language: string | null;
  start: number;
  end: number;
  state: "made" | "kept" | "failed";
  text: string;
  doubts: string[];
};

export type Variant = { blocks: MadeBlock[]; isCached: boolean; isWhole: boolean; error: unknown };
export const noVariant: Variant = { blocks: [], isCached: false, isWhole: false, error: null };

/** What is there after one more event. */
export function withEvent(variant: Variant, { kind, data }: StreamEvent): Variant {
  if (kind === "meta") return { ...variant, isCached: (data as { is_cached?: boolean }).is_cached ?? false };
  if (kind === "done") return { ...variant, isWhole: true };
  if (kind === "error") return { ...variant, error: new ApiError(502, data as ErrorBody) };
  if (kind !== "block") return variant;
  const block = data as MadeBlock;
  const others = variant.blocks.filter(({ i }) => i !== block.i);
  return { ...variant, blocks: [...others, block].sort((a, b) => a.i - b.i) };
}

export const makeVariant = (
  documentId: string,
  wish: VariantWish,
  onEvent: (event: StreamEvent) => void,
  signal: AbortSignal,
) => postForEvents(`/documents/${documentId}/variants`, wish, { onEvent, signal });

/** Offered first; the server knows which it takes. */
export const LANGUAGES = [
  "vi",
  "en",
  "de",
  "es",
  "fr",
  "id",
  "it",
  "ja",
  "ko",
  "pl",
  "pt",
  "ru",
  "th",
  "tr",
  "uk",
  "zh",
];

/** A page explained for a level or translated: how it is asked for, and the blocks that come. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "@/api/client";
import { postForEvents } from "@/api/event-post";
import type { Named } from "@/api/types";
import { ApiError, type ErrorBody } from "@/lib/api-error";
import type { StreamEvent } from "@/lib/event-stream";
import type { BlockKind } from "../types";

export type Level = Offer["levels"][number];
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

/** `deltas` are blocks that are being written: a block replaces its own. */
export type Variant = {
  blocks: MadeBlock[];
  deltas: Record<number, string>;
  isCached: boolean;
  isWhole: boolean;
  error: unknown;
};
export const noVariant: Variant = { blocks: [], deltas: {}, isCached: false, isWhole: false, error: null };

/** What is there after one more event. */
export function withEvent(variant: Variant, { kind, data }: StreamEvent): Variant {
  switch (kind) {
    case "delta": {
      const { i, text } = data as { i: number; text: string };
      return { ...variant, deltas: { ...variant.deltas, [i]: (variant.deltas[i] ?? "") + text } };
    }
    case "block": {
      const block = data as MadeBlock;
      const { [block.i]: _, ...deltas } = variant.deltas;
      const others = variant.blocks.filter(({ i }) => i !== block.i);
      return { ...variant, deltas, blocks: [...others, block].sort((a, b) => a.i - b.i) };
    }
    case "done":
      return { ...variant, deltas: {}, isWhole: true, isCached: (data as { is_cached: boolean }).is_cached };
    case "error":
      return { ...variant, error: new ApiError(502, data as ErrorBody) };
    default:
      return variant;
  }
}

/** What can be wished of a page; `why_not` says why nothing can. */
export type Offer = Named["VariantOfferOut"];

export const offerQuery = (documentId: string) =>
  queryOptions({
    queryKey: ["documents", "variants", documentId],
    queryFn: ({ signal }) => get<Offer>(`/documents/${documentId}/variants`, undefined, signal),
  });

export const makeVariant = (
  documentId: string,
  wish: VariantWish,
  onEvent: (event: StreamEvent) => void,
  signal: AbortSignal,
) => postForEvents(`/documents/${documentId}/variants`, wish, { onEvent, signal });

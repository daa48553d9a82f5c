/** The state of a collection: always an icon and a word. */
import { type ShownState, StateBadge } from "@/ui/badge";
import type { CollectionState } from "./types";
import { words } from "./words";

const LOOKS: Record<CollectionState, ShownState> = {
  empty: "skipped",
  syncing: "running",
  ready: "ready",
  failed: "failed",
};

export const CollectionBadge = ({ state }: { state: CollectionState }) => (
  <StateBadge state={LOOKS[state]} word={words.states[state]} />
);

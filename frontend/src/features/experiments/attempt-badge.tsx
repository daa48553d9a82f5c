/** The state of an attempt: a word, an icon and a colour. */
import { type ShownState, StateBadge } from "@/ui/badge";
import type { AttemptState } from "./types";
import { words } from "./words";

const SHOWN: Record<AttemptState, ShownState> = {
  queued: "queued",
  running: "running",
  succeeded: "succeeded",
  stopped: "warning",
  failed: "failed",
  cancelled: "cancelled",
};

export const AttemptBadge = ({ state }: { state: AttemptState }) => (
  <StateBadge state={SHOWN[state]} word={words.states[state]} />
);

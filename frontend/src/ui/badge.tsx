import { cva, type VariantProps } from "class-variance-authority";
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Clock,
  History,
  Info,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
} from "lucide-react";
import type { ReactNode } from "react";

const badge = cva("inline-flex items-center gap-1 whitespace-nowrap rounded-sm px-1.5 py-px text-xs font-medium", {
  variants: {
    tone: {
      neutral: "bg-hover text-muted",
      accent: "bg-accent-soft text-accent",
      good: "bg-good-soft text-good",
      warn: "bg-warn-soft text-warn",
      bad: "bg-bad-soft text-bad",
      info: "bg-info-soft text-info",
    },
  },
  defaultVariants: { tone: "neutral" },
});

export type Tone = NonNullable<VariantProps<typeof badge>["tone"]>;

export function Badge({ tone, children }: { tone?: Tone; children: ReactNode }) {
  return <span className={badge({ tone })}>{children}</span>;
}

type Look = { word: string; tone: Tone; icon: LucideIcon; turns?: boolean };

/** Every state that is shown anywhere: always an icon and a word, never a colour alone. */
const states = {
  queued: { word: "Queued", tone: "neutral", icon: Clock },
  running: { word: "Running", tone: "info", icon: LoaderCircle, turns: true },
  waiting: { word: "Waiting for you", tone: "warn", icon: CirclePause },
  succeeded: { word: "Done", tone: "good", icon: CircleCheck },
  failed: { word: "Failed", tone: "bad", icon: CircleX },
  cancelled: { word: "Cancelled", tone: "neutral", icon: Ban },
  cancelling: { word: "Cancelling", tone: "neutral", icon: LoaderCircle, turns: true },
  cached: { word: "Reused", tone: "good", icon: History },
  skipped: { word: "Skipped", tone: "neutral", icon: CircleDashed },
  reading: { word: "Reading", tone: "info", icon: LoaderCircle, turns: true },
  ready: { word: "Ready", tone: "good", icon: CircleCheck },
  warning: { word: "Warning", tone: "warn", icon: TriangleAlert },
  info: { word: "Note", tone: "info", icon: Info },
} satisfies Record<string, Look>;

export type ShownState = keyof typeof states;

export function StateBadge({ state, word }: { state: ShownState; word?: string }) {
  const look: Look = states[state];
  return (
    <span className={badge({ tone: look.tone })}>
      <look.icon aria-hidden className={look.turns ? "size-3.5 animate-spin" : "size-3.5"} />
      {word ?? look.word}
    </span>
  );
}

import { CircleCheck, Coins, Equal, TrendingDown } from "lucide-react";
import { Badge } from "@/ui/badge";
import type { Standing } from "./types";
import { words } from "./words";

const looks = {
  best: { tone: "good", icon: CircleCheck },
  cheapest: { tone: "accent", icon: Coins },
  as_good: { tone: "neutral", icon: Equal },
  worse: { tone: "neutral", icon: TrendingDown },
} as const;

/** How a configuration stands beside the best: always a word with its sign. */
export function StandingBadge({ standing }: { standing: Standing }) {
  if (standing === "unscored") return <Badge>{words.standing.unscored}</Badge>;
  const { tone, icon: Icon } = looks[standing];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className="size-3.5" />
      {words.standing[standing]}
    </Badge>
  );
}

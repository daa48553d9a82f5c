/** What scorers are called on screen while only their names are at hand. */
import { useQuery } from "@tanstack/react-query";
import type { Card } from "@/api/types";
import { kindsQuery } from "./form/queries";

/** A name without a label is the kind's, numbered from the second one on: `judge`, `judge 2`. */
const NUMBERED = /^(.*?)( \d+)?$/;

export function scorerTitle(name: string, cards: readonly Pick<Card, "kind" | "title">[]): string {
  const [, kind = name, number = ""] = NUMBERED.exec(name) ?? [];
  const card = cards.find((each) => each.kind === kind);
  return card ? `${card.title}${number}` : name;
}

/** The title of a scorer by its name; a label that somebody gave it is its title. */
export function useScorerTitle(): (name: string) => string {
  const cards = useQuery(kindsQuery).data?.scorer ?? [];
  return (name) => scorerTitle(name, cards);
}

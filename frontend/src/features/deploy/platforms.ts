"use client";
/** The platforms there are, by their cards: another one is there once its kind is. */
import { useQuery } from "@tanstack/react-query";
import { kindsQuery } from "@/api/kinds";
import type { PlatformCard } from "./types";

export function usePlatforms(): readonly PlatformCard[] {
  return (useQuery(kindsQuery).data?.platform ?? []) as PlatformCard[];
}

/** A platform's name on screen, by its kind. */
export function usePlatformTitle(): (kind: string) => string {
  const cards = usePlatforms();
  return (kind) => cards.find((card) => card.kind === kind)?.title ?? kind;
}

/** What something costs, in words that never take an unknown price for nothing. */
import { formatCount } from "@/lib/format";
import { words } from "./words";

/** Cents for what is dear, two digits for what is cheap. */
export function formatUsd(usd: number): string {
  if (usd === 0) return words.free;
  return `${usd >= 1 ? usd.toFixed(2) : Number(usd.toPrecision(2))} USD`;
}

/** What was spent, where so many answers have an unknown price. */
export function spentText(usd: number, nUnknown: number): string {
  if (nUnknown === 0) return formatUsd(usd);
  return usd > 0 ? words.andUnknown(formatUsd(usd)) : words.priceUnknown;
}

export const formatTokens = (n: number) => `${formatCount(n)} tokens`;

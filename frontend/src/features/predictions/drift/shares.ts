/** Shares below each other: all with one decimal, so that they can be compared digit by digit. */
import { formatFraction } from "@/lib/format";

export const shareText = (share: number | null | undefined) => formatFraction(share).replace(/^(\d+) %$/, "$1.0 %");

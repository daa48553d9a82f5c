/** The two directions in which something pushes a score. */
import { formatNumber } from "@/lib/format";

/** Okabe–Ito: told apart with any eyes; the side of the line and the sign say the same. */
export const WAYS = { towards: "#0072b2", against: "#d55e00" } as const;

export function signed(value: number | null): string {
  if (value === null) return formatNumber(value);
  return value < 0 ? `−${formatNumber(-value)}` : `+${formatNumber(value)}`;
}

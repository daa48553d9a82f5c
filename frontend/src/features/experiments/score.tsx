/** A score so far with its 95 % interval. */
import { cx } from "class-variance-authority";
import { MISSING } from "@/lib/format";
import type { Standing } from "./types";

type Props = {
  standing: Pick<Standing, "score" | "interval">;
  /** On a phone the score stands alone, where a list has no room for more. */
  isShort?: boolean;
};

export function Score({ standing: { score, interval }, isShort = false }: Props) {
  if (score === null) return MISSING;
  return (
    <span className="numbers whitespace-nowrap">
      {`${percent(score)} %`}
      {interval && <span className={cx("text-muted", isShort && "max-md:hidden")}> {intervalText(interval)}</span>}
    </span>
  );
}

/** With one digit, as the ends of the interval. */
export const percent = (share: number) => (share * 100).toFixed(1);

/** The two ends in percent: `(41.2 to 53.8 %)`. */
export function intervalText([low, high]: readonly number[]): string {
  return `(${percent(low ?? 0)} to ${percent(high ?? 0)} %)`;
}

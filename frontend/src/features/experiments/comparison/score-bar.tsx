/** A mean from 0 to 100 as a bar with its interval across the end; the figures stand beside it as text. */
import { cx } from "class-variance-authority";
import type { ScoreEstimate } from "./types";

const percent = (share: number) => `${100 * share}%`;

export function ScoreBar({ estimate, isBest }: { estimate: ScoreEstimate; isBest: boolean }) {
  const { value, low, high } = estimate;
  return (
    <span aria-hidden className="relative block h-3 w-28 rounded-sm bg-sunken">
      <span
        className={cx("absolute inset-y-0 left-0 rounded-sm", isBest ? "bg-accent" : "bg-control")}
        style={{ width: percent(value) }}
      />
      {low !== null && high !== null && (
        <span
          className="absolute top-1/2 h-[5px] -translate-y-1/2 border-text border-x"
          style={{ left: percent(low), width: percent(high - low) }}
        >
          <span className="absolute inset-x-0 top-1/2 h-px -translate-y-1/2 bg-text" />
        </span>
      )}
    </span>
  );
}

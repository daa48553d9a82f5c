/** Training above the line, now below it, bin under bin: what moved is seen without reading a number. */
import { formatFraction } from "@/lib/format";
import type { Bar } from "./bars";
import { words } from "./words";

const WIDTH = 160;
const HALF = 18;

export function TwoHistograms({ name, bars }: { name: string; bars: readonly Bar[] }) {
  if (bars.length === 0) return null;
  const most = Math.max(...bars.flatMap((bar) => [bar.training, bar.recent]), 1e-9);
  const step = WIDTH / bars.length;
  const width = Math.max(1, Math.min(step - 1, 18));
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HALF * 2 + 1}`}
      width={WIDTH}
      height={HALF * 2 + 1}
      role="img"
      aria-label={words.histogram(name)}
    >
      <line x1={0} x2={WIDTH} y1={HALF + 0.5} y2={HALF + 0.5} className="stroke-line" />
      {bars.map(({ label, training, recent }, i) => (
        <g key={label}>
          <title>{`${label}: ${words.training} ${formatFraction(training)}, ${words.recent} ${formatFraction(recent)}`}</title>
          <rect x={i * step} y={0} width={step} height={HALF * 2} className="fill-transparent" />
          <rect
            x={i * step}
            y={HALF - (training / most) * HALF}
            width={width}
            height={(training / most) * HALF}
            className="fill-control"
          />
          <rect x={i * step} y={HALF + 1} width={width} height={(recent / most) * HALF} className="fill-accent" />
        </g>
      ))}
    </svg>
  );
}

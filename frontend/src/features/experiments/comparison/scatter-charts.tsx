"use client";
/** Two charts: the score beside cost, and beside time. */
import { useMemo } from "react";
import { formatCount } from "@/lib/format";
import { Chart } from "@/ui/chart";
import { Section } from "@/ui/page";
import { costPoints, type ScatterPoint, scatterSpec, secondsPoints } from "./scatter-spec";
import type { RankedRow, Scored } from "./types";
import { words } from "./words";

export function ScatterCharts({ rows, scorer }: { rows: readonly RankedRow[]; scorer: Scored }) {
  const byCost = useMemo(() => costPoints(rows, scorer.cost_front), [rows, scorer]);
  const bySeconds = useMemo(() => secondsPoints(rows, scorer.latency_front), [rows, scorer]);
  const scored = rows.filter(({ estimate }) => estimate);
  if (scored.length === 0) return null;
  const n = Math.max(...scored.map(({ row }) => row.n_samples));
  const hasPrices = byCost.some(({ x }) => x > 0);
  const nLeftOut = scored.length - byCost.length;
  return (
    <Section title={words.charts}>
      <p className="max-w-[72ch] text-muted text-sm">{words.chartHelp}</p>
      {!hasPrices && <p className="max-w-[72ch]">{byCost.length > 0 ? words.freeOnly : words.noPrices}</p>}
      {hasPrices && nLeftOut > 0 && <p className="max-w-[72ch]">{words.leftOut(nLeftOut)}</p>}
      <div className="grid items-start gap-x-8 gap-y-6 xl:grid-cols-2">
        {hasPrices && (
          <Scatter
            title={`${words.byCost(scorer.title)} · n = ${formatCount(n)}`}
            points={byCost}
            x={words.costAxis}
            front={words.front}
            scorer={scorer}
          />
        )}
        {bySeconds.length > 0 && (
          <Scatter
            title={`${words.bySeconds(scorer.title)} · n = ${formatCount(n)}`}
            points={bySeconds}
            x={words.secondsAxis}
            front={words.fastFront}
            scorer={scorer}
          />
        )}
      </div>
    </Section>
  );
}

type Props = { title: string; points: readonly ScatterPoint[]; x: string; front: string; scorer: Scored };

function Scatter({ title, points, x, front, scorer }: Props) {
  const spec = useMemo(
    () => scatterSpec(points, { x, front, score: words.scoreAxis(scorer.title) }),
    [points, x, front, scorer],
  );
  return <Chart title={title} spec={spec} height={320} />;
}

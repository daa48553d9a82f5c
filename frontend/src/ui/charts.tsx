"use client";

import type { ChartSpec } from "@/api/types";
import { Chart } from "./chart";

/** Charts one below the other; one that could not be made says why. */
export function Charts({ charts, height }: { charts: readonly ChartSpec[]; height?: number }) {
  return charts.map((chart) =>
    chart.spec ? (
      <Chart key={chart.id} title={chart.title} spec={chart.spec} height={height} />
    ) : (
      <p key={chart.id} className="text-muted text-sm">
        <span className="font-medium text-text">{chart.title}: </span>
        {chart.unavailable}
      </p>
    ),
  );
}

"use client";

import { useMemo } from "react";
import type { ChartSpec } from "@/api/types";
import { Chart } from "./chart";

/** Charts one below the other; one that could not be made says why. */
export function Charts({ charts, height }: { charts: readonly ChartSpec[]; height?: number }) {
  return charts.map((chart) =>
    chart.spec ? (
      <Captioned key={chart.id} title={chart.title} spec={chart.spec} height={height} />
    ) : (
      <p key={chart.id} className="text-muted text-sm">
        <span className="font-medium text-text">{chart.title}: </span>
        {chart.unavailable}
      </p>
    ),
  );
}

type SpecTitle = { subtitle?: string | string[] } | string | undefined;

/** The caption says the title, and on how many of which rows; the picture need not say it again. */
function Captioned({ title, spec, height }: { title: string; spec: Record<string, unknown>; height?: number }) {
  const [bare, caption] = useMemo(() => {
    const { title: own, ...rest } = spec as { title?: SpecTitle };
    const subtitle = typeof own === "object" ? [own.subtitle].flat().filter(Boolean).join(" ") : "";
    return [rest, subtitle ? `${title} · ${subtitle}` : title];
  }, [spec, title]);
  return <Chart title={caption} spec={bare} height={height} />;
}

/** What each threshold of "not sure" costs: the share that is answered for sure, and how much of that is right. */
import { queryOptions } from "@tanstack/react-query";
import { get } from "@/api/client";
import type { Threshold, Thresholds } from "@/api/types";
import { CATEGORY_COLORS } from "@/ui/chart-theme";
import { words } from "./words";

export const thresholdsQuery = (modelId: string) =>
  queryOptions({
    queryKey: ["models", "thresholds", modelId],
    queryFn: ({ signal }) => get<Thresholds>(`/models/${modelId}/thresholds`, undefined, signal),
    staleTime: 600_000,
  });

/** The point measured nearest to a threshold; below the first, every row is answered as it is there. */
export function atThreshold({ thresholds }: Thresholds, chosen: number): Threshold | null {
  return thresholds.reduce<Threshold | null>(
    (best, each) => (best && Math.abs(best.threshold - chosen) <= Math.abs(each.threshold - chosen) ? best : each),
    null,
  );
}

const LINES = [words.notSure.answered, words.notSure.right];

/** Two lines on one axis of shares, the interval of the second, and where the threshold stands. */
export function thresholdSpec({ thresholds }: Thresholds, chosen: number | null): Record<string, unknown> {
  const values = thresholds.flatMap(({ threshold, share, accuracy, low, high }) => [
    { threshold, line: words.notSure.answered, share },
    ...(accuracy === null ? [] : [{ threshold, line: words.notSure.right, share: accuracy, low, high }]),
  ]);
  const x = {
    field: "threshold",
    type: "quantitative",
    title: words.notSure.axis,
    axis: { format: "%" },
    scale: { zero: false },
  };
  const y = {
    field: "share",
    type: "quantitative",
    title: words.notSure.share,
    axis: { format: "%" },
    scale: { domain: [0, 1] },
  };
  const color = {
    field: "line",
    type: "nominal",
    title: null,
    scale: { domain: LINES, range: [CATEGORY_COLORS[0], CATEGORY_COLORS[2]] },
  };
  return {
    data: { values },
    height: 200,
    layer: [
      {
        transform: [{ filter: { field: "line", equal: words.notSure.right } }],
        mark: { type: "area", opacity: 0.18, tooltip: false },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      { mark: { type: "line", tooltip: true, point: { size: 16 } }, encoding: { x, y, color } },
      ...(chosen === null
        ? []
        : [{ data: { values: [{ threshold: chosen }] }, mark: { type: "rule", strokeDash: [4, 3] }, encoding: { x } }]),
    ],
  };
}

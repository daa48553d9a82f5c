/** Quality beside cost or time as a Vega-Lite chart: a point each, its interval, and the Pareto line. */
import type { RankedRow } from "./types";
import { words } from "./words";

export type ScatterPoint = {
  configuration: string;
  x: number;
  score: number;
  low: number | null;
  high: number | null;
  x_low: number | null;
  x_high: number | null;
  /** Place on the Pareto line, from the left; null: another beats it. */
  on_line: number | null;
};

/** More names than these cover each other; the rest is read by pointing. */
const MOST_NAMED = 8;
const NAME_PIXELS = 170;
const LEGEND = { labelLimit: 320, direction: "vertical" };
const HEIGHT = 280;
const PER_THOUSAND = 1000;

/** Points by cost of a thousand answers, US dollars; configurations of unknown price are left out. */
export const costPoints = (rows: readonly RankedRow[], front: readonly number[]) =>
  pointsOf(rows, front, ({ row }) => (row.usd_per_answer === null ? null : [PER_THOUSAND * row.usd_per_answer]));

/** Points by median seconds of an answer. */
export const secondsPoints = (rows: readonly RankedRow[], front: readonly number[]) =>
  pointsOf(rows, front, ({ row }) => row.seconds && [row.seconds.p50.value, row.seconds.p50.low, row.seconds.p50.high]);

type Across = [value: number, low?: number | null, high?: number | null];

function pointsOf(rows: readonly RankedRow[], front: readonly number[], across: (row: RankedRow) => Across | null) {
  return rows.flatMap((ranked): ScatterPoint[] => {
    const x = across(ranked);
    if (!x || !ranked.estimate) return [];
    const { value, low, high } = ranked.estimate;
    const at = front.indexOf(ranked.row.place);
    return [
      {
        configuration: ranked.label,
        x: x[0],
        score: 100 * value,
        low: low === null ? null : 100 * low,
        high: high === null ? null : 100 * high,
        x_low: x[1] ?? null,
        x_high: x[2] ?? null,
        on_line: at < 0 ? null : at,
      },
    ];
  });
}

type Titles = { x: string; score: string; front: string };

export function scatterSpec(points: readonly ScatterPoint[], titles: Titles): Record<string, unknown> {
  const x = { field: "x", type: "quantitative", title: titles.x, scale: { zero: true, nice: true } };
  const y = { field: "score", type: "quantitative", title: titles.score, scale: { zero: false, nice: true } };
  const isOnLine = { filter: "datum.on_line !== null" };
  const standing = {
    calculate: `datum.on_line === null ? '${words.allOthers}' : '${titles.front}'`,
    as: "standing",
  };
  const layers: Record<string, unknown>[] = [
    { mark: { type: "rule", tooltip: null }, encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } } },
    { mark: { type: "rule", tooltip: null }, encoding: { x: { ...x, field: "x_low" }, x2: { field: "x_high" }, y } },
    {
      transform: [isOnLine],
      mark: { type: "line", strokeDash: [4, 3], tooltip: null },
      encoding: { x, y, order: { field: "on_line" } },
    },
    {
      transform: [standing],
      mark: { type: "point", filled: true, size: 80, opacity: 1 },
      encoding: {
        x,
        y,
        shape: {
          field: "standing",
          type: "nominal",
          title: null,
          legend: LEGEND,
          scale: { domain: [titles.front, words.allOthers], range: ["diamond", "circle"] },
        },
        color: {
          field: "standing",
          type: "nominal",
          title: null,
          legend: LEGEND,
          scale: { domain: [titles.front, words.allOthers] },
        },
        tooltip: [
          { field: "configuration", title: words.columns.name },
          { field: "score", title: titles.score, format: ".1f" },
          { field: "low", title: `${words.columns.interval}, from`, format: ".1f" },
          { field: "high", title: `${words.columns.interval}, to`, format: ".1f" },
          { field: "x", title: titles.x, format: ".4~g" },
        ],
      },
    },
  ];
  if (points.length <= MOST_NAMED) layers.push(...nameLayers(points, x, y));
  return { height: HEIGHT, data: { values: points }, layer: layers };
}

/** Names stand on the side where there is room: right of points in the left half, left of the others. */
function nameLayers(points: readonly ScatterPoint[], x: unknown, y: unknown): Record<string, unknown>[] {
  const middle = Math.max(...points.map((point) => point.x)) / 2;
  const layer = (align: "left" | "right", filter: string) => ({
    transform: [{ filter }],
    mark: { type: "text", align, dx: align === "left" ? 8 : -8, dy: -8, limit: NAME_PIXELS, tooltip: null },
    encoding: { x, y, text: { field: "configuration" } },
  });
  const isLeft = (point: ScatterPoint) => point.x <= middle;
  return [
    ...(points.some(isLeft) ? [layer("left", `datum.x <= ${middle}`)] : []),
    ...(points.every(isLeft) ? [] : [layer("right", `datum.x > ${middle}`)]),
  ];
}

/** Vega-Lite specs of what an endpoint was used for; colours and fonts come from the page. */
import type { Usage, Used } from "@/api/types";
import { CATEGORY_COLORS } from "@/ui/chart-theme";
import { classColor } from "../class-colors";
import { words } from "./words";

type Spec = Record<string, unknown>;

const HEIGHT = 200;
/** Of a class that is not named. */
const GREY = "#8b857c";
const [BLUE, , , , , VERMILLION] = CATEGORY_COLORS;
/** More colours than these cannot be told apart at a glance. */
const NAMED_CLASSES = 5;

/** More hours than these are told apart by their days. */
const MOST_HOURS = 48;

/** One slow answer must not flatten all others: every power of ten has the same height, and a line of its own. */
function powersOfTen(values: readonly (number | null)[]) {
  const exponents = values.flatMap((value) => (value !== null && value > 0 ? [Math.log10(value)] : []));
  const low = Math.floor(Math.min(0, ...exponents));
  const high = Math.max(low + 1, Math.ceil(Math.max(0, ...exponents)));
  const powers = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return { scale: { type: "log", domain: [10 ** low, 10 ** high] }, axis: { format: "~g", values: powers } };
}

/** Hours in the reader's zone; days as the server counts them. */
const time = (steps: readonly Used[], step: Usage["step"]) => ({
  field: "at",
  type: "temporal",
  timeUnit: step === "hour" ? "yearmonthdatehours" : "utcyearmonthdate",
  title: step === "hour" ? words.axis.hours : words.axis.days,
  axis: { format: step === "hour" && steps.length <= MOST_HOURS ? "%H:%M" : "%b %d" },
});

const count = (title: string) => ({ type: "quantitative", title, axis: { tickMinStep: 1, format: "~s" } });

export function callsSpec(steps: readonly Used[], step: Usage["step"]): Spec {
  const values = steps.flatMap(({ at, n_calls, n_errors }) => [
    { at, outcome: words.answered, calls: n_calls - n_errors },
    { at, outcome: words.refused, calls: n_errors },
  ]);
  return {
    data: { values },
    height: HEIGHT,
    mark: { type: "bar", tooltip: true },
    encoding: {
      x: time(steps, step),
      y: { field: "calls", ...count(words.axis.calls) },
      color: {
        field: "outcome",
        type: "nominal",
        title: null,
        scale: { domain: [words.answered, words.refused], range: [BLUE, VERMILLION] },
      },
    },
  };
}

export function latencySpec(steps: readonly Used[], step: Usage["step"]): Spec {
  const most = Math.max(...steps.map(({ p95_seconds }) => p95_seconds ?? 0));
  const [title, perSecond] = most < 1 ? [words.axis.milliseconds, 1000] : [words.axis.seconds, 1];
  const shown = (seconds: number | null) => (seconds === null ? null : seconds * perSecond);
  // Steps without an answer stay, as gaps: the axis is then that of the other charts.
  const values = steps.flatMap(({ at, p50_seconds, p95_seconds }) => [
    { at, quantile: words.half, took: shown(p50_seconds) },
    { at, quantile: words.most, took: shown(p95_seconds) },
  ]);
  return {
    data: { values },
    height: HEIGHT,
    mark: { type: "line", point: true, tooltip: true },
    encoding: {
      x: time(steps, step),
      y: { field: "took", type: "quantitative", title, ...powersOfTen(values.map((value) => value.took)) },
      color: {
        field: "quantile",
        type: "nominal",
        title: null,
        scale: { domain: [words.half, words.most], range: [BLUE, VERMILLION] },
      },
    },
  };
}

export function classesSpec(steps: readonly Used[], step: Usage["step"], classes: readonly string[]): Spec {
  const shown = mostFrequent(steps, classes);
  const values = steps.flatMap(({ at, classes: counts, n_other_rows }) => {
    const found = counts ?? {};
    const others = Object.entries(found)
      .filter(([name]) => !shown.includes(name))
      .reduce((sum, [, n]) => sum + n, n_other_rows);
    return [
      ...shown.map((name) => ({ at, class: name, rows: found[name] ?? 0 })),
      ...(others > 0 ? [{ at, class: words.others, rows: others }] : []),
    ];
  });
  const hasOthers = values.some((value) => value.class === words.others);
  return {
    data: { values },
    height: HEIGHT,
    mark: { type: "bar", tooltip: true },
    encoding: {
      x: time(steps, step),
      y: { field: "rows", ...count(words.axis.rows) },
      color: {
        field: "class",
        type: "nominal",
        title: null,
        scale: {
          domain: hasOthers ? [...shown, words.others] : shown,
          range: [...shown.map((name) => classColor(classes, name)), ...(hasOthers ? [GREY] : [])],
        },
      },
      order: { field: "class", sort: "ascending" },
    },
  };
}

/** In the order of the model, so that the same class stays in its place. */
function mostFrequent(steps: readonly Used[], classes: readonly string[]): string[] {
  const sums = new Map<string, number>();
  for (const { classes: counts } of steps) {
    for (const [name, n] of Object.entries(counts ?? {})) sums.set(name, (sums.get(name) ?? 0) + n);
  }
  const most = [...sums].sort(([, a], [, b]) => b - a).slice(0, NAMED_CLASSES);
  const place = (name: string) => (classes.includes(name) ? classes.indexOf(name) : classes.length);
  return most.map(([name]) => name).sort((a, b) => place(a) - place(b));
}

export function meanSpec(steps: readonly Used[], step: Usage["step"]): Spec {
  const values = steps.map(({ at, mean }) => ({ at, mean }));
  return {
    data: { values },
    height: HEIGHT,
    mark: { type: "line", point: true, tooltip: true },
    encoding: {
      x: time(steps, step),
      y: { field: "mean", type: "quantitative", title: words.axis.mean, scale: { zero: false } },
    },
  };
}

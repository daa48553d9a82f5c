/** Numbers, sizes and times as they stand on the page. A value that is not there is a dash, never 0. */

export const MISSING = "–";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const three = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

type Maybe<T> = T | null | undefined;

export function formatCount(value: Maybe<number>): string {
  return value == null ? MISSING : whole.format(value);
}

/** Four significant digits; very large and very small in scientific notation. */
export function formatNumber(value: Maybe<number>): string {
  if (value == null || Number.isNaN(value)) return MISSING;
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(2).replace("e+", "e");
  if (Number.isInteger(value) || size >= 1e4) return whole.format(value);
  return three.format(value);
}

/** A value of a row, with the sign of a minus; a whole number of four digits may be a year and stays in one piece. */
export function formatValue(value: Maybe<number>): string {
  const shown = value != null && Number.isInteger(value) && Math.abs(value) < 1e4 ? String(value) : formatNumber(value);
  return shown.replace(/^-/, "−");
}

/** A metric: four decimals, so that two of them can be compared digit by digit; large errors as numbers. */
export const formatMetric = (value: Maybe<number>) =>
  (value != null && Math.abs(value) < 100 ? value.toFixed(4) : formatNumber(value))
    .replace(/^-(0\.0+)$/, "$1")
    .replace(/^-/, "−");

export const formatInterval = ([low, high]: readonly [number, number] | readonly number[]) =>
  `${formatMetric(low)} to ${formatMetric(high)}`;

export const formatCompact = (value: Maybe<number>) => (value == null ? MISSING : compact.format(value));

export function formatFraction(value: Maybe<number>): string {
  if (value == null) return MISSING;
  const percent = value * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  if (percent < 100 && percent > 99.9) return "> 99.9 %";
  return `${percent === Math.round(percent) ? percent : percent.toFixed(1)} %`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

export function formatBytes(value: Maybe<number>): string {
  if (value == null) return MISSING;
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

export function formatSeconds(value: Maybe<number>): string {
  if (value == null) return MISSING;
  if (value < 0.001) return "< 1 ms";
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 10) return `${value.toFixed(1)} s`;
  const seconds = Math.round(value);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

export function formatRelative(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  return step ? relative.format(Math.trunc(seconds / step[1]), step[0]) : "just now";
}

export const formatMoment = (at: Date) => at.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });

export const plural = (n: number, one: string, many = `${one}s`) => `${formatCount(n)} ${n === 1 ? one : many}`;

/** Values of a row as text: short enough to draw, and harmless in a spreadsheet. */
import { toCsv } from "@/lib/csv";
import { formatFraction, formatNumber, MISSING } from "@/lib/format";
import type { ResultRow } from "../types";

/** More of a text than this is never in view in a cell. */
const DRAWN = 240;
/** What a spreadsheet takes for a formula at the start of a text. */
const FORMULA = /^[=+\-@\t\r]/;

/** Pages of rows cut a text after this many characters. */
const SENT = 2_000;

export const isCut = (value: unknown) => typeof value === "string" && [...value].length > SENT;

export function cellText(value: unknown): string {
  if (value === null || value === undefined || value === "") return MISSING;
  if (typeof value === "number") return formatNumber(value);
  const text = String(value);
  return text.length > DRAWN ? `${text.slice(0, DRAWN)} …` : text;
}

export const predictionText = (value: string | number | null) =>
  value === null ? MISSING : typeof value === "number" ? formatNumber(value) : value;

export const confidenceText = (value: number | null) => formatFraction(value);

/** Text that a spreadsheet would run gets an apostrophe, as in exports. */
const harmless = (value: unknown) => (typeof value === "string" && FORMULA.test(value) ? `'${value}` : value);

export function rowsAsCsv(rows: readonly ResultRow[], inputs: readonly string[]): string {
  const header = ["row", ...inputs, "label", "prediction", "confidence", "correct", "error"];
  const lines = rows.map((row) => [
    row.row,
    ...inputs.map((name) => harmless(row.inputs[name])),
    harmless(row.label),
    harmless(row.prediction),
    row.confidence,
    harmless(row.correct),
    row.error,
  ]);
  return toCsv(header.map(String), lines);
}

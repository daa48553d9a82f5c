/** Between what is typed into the form and the row that the endpoint takes. */
import type { Cell, Signature, SignatureInput } from "@/api/types";
import { formatValue } from "@/lib/format";
import { words } from "./words";

export type Typed = Readonly<Record<string, string>>;

const textOf = (value: Cell | undefined): string => (value === null || value === undefined ? "" : String(value));

export function exampleRow(signature: Signature): Typed {
  return Object.fromEntries(signature.inputs.map((input) => [input.name, textOf(input.example)]));
}

export function rowToTyped(signature: Signature, row: Readonly<Record<string, unknown>>): Typed {
  return Object.fromEntries(signature.inputs.map((input) => [input.name, textOf(row[input.name] as Cell)]));
}

/** What cannot be read as the column's type is sent as it is: the server says what is wrong with it. */
export function typedToRow(signature: Signature, typed: Typed): Record<string, Cell> {
  return Object.fromEntries(signature.inputs.map((input) => [input.name, cellOf(input, typed[input.name] ?? "")]));
}

function cellOf(input: SignatureInput, text: string): Cell {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (input.dtype === "boolean") return trimmed === "true" ? true : trimmed === "false" ? false : text;
  if (input.dtype === "integer" || input.dtype === "float") {
    const number = Number(trimmed);
    return Number.isFinite(number) ? number : text;
  }
  return text;
}

export function rangeOf(input: SignatureInput): string | null {
  if (input.minimum === null || input.maximum === null) return null;
  if (input.dtype !== "integer" && input.dtype !== "float") return null;
  return words.form.range(formatValue(input.minimum), formatValue(input.maximum));
}

/** Classes by probability, largest first; the order of the answer where two are equal. */
export function ranked(probabilities: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(probabilities).sort(([, a], [, b]) => b - a);
}

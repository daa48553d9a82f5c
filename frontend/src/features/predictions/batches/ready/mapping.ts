/** Which column of the file stands for which column of the model, as it is being chosen. */
import type { SignatureInput } from "@/api/types";
import type { Mapping } from "../queries";
import type { Batch } from "../types";

export const draftOf = ({ mapping, label_column, label }: Batch): Mapping => ({ mapping, label_column, label });

export function isSameDraft(a: Mapping, b: Mapping): boolean {
  const names = new Set([...Object.keys(a.mapping), ...Object.keys(b.mapping)]);
  const isSameMapping = [...names].every((name) => (a.mapping[name] ?? null) === (b.mapping[name] ?? null));
  return isSameMapping && a.label_column === b.label_column && (a.label ?? "") === (b.label ?? "");
}

/** A row without any value cannot be predicted: the only input is needed though it may be empty in training. */
export const isNeeded = ({ required }: SignatureInput, inputs: readonly SignatureInput[]): boolean =>
  required || inputs.length === 1;

/** Inputs that must have a column and have none. */
export const missingInputs = (inputs: readonly SignatureInput[], mapping: Mapping["mapping"]): string[] =>
  inputs.filter((input) => isNeeded(input, inputs) && !mapping[input.name]).map(({ name }) => name);

/** Rows from a file, from what was pasted, or from the data that the model was trained on. */
import { get } from "@/api/client";
import type { Cell, Model, Rows, Signature } from "@/api/types";
import { toCsv } from "@/lib/csv";
import type { Source } from "./sending";

const SAMPLE_ROWS = 200;

export const fileSource = (file: File): Source => ({ name: file.name, content: file });

/** The column that pasted lines are for: the only one, when it holds text. */
export function textInput({ inputs }: Signature): string | null {
  const only = inputs.length === 1 ? inputs[0] : undefined;
  return only?.kind === "text" ? only.name : null;
}

export const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line.trim() !== "");

/** Lines of text for a model that reads one text; otherwise rows with a header, as a file would have them. */
export function pastedSource(text: string, column: string | null): Source {
  if (column === null) return { name: "pasted.csv", content: new Blob([text]) };
  const lines = linesOf(text).map((line) => JSON.stringify({ [column]: line }));
  return { name: "pasted.jsonl", content: new Blob([lines.join("\n")]) };
}

/** The first rows of the model's own data, without the target; null when the data is no longer there. */
export async function sampleSource(modelId: string, signature: Signature): Promise<Source | null> {
  const model = await get<Model>(`/models/${modelId}`);
  if (!model.dataset) return null;
  const found = await get<Rows>(`/datasets/${model.dataset.id}/rows`, { limit: SAMPLE_ROWS });
  const kept = found.columns.map((name, at) => ({ name, at })).filter(({ name }) => name !== signature.output.name);
  const csv = toCsv(
    kept.map(({ name }) => name),
    (found.rows as Cell[][]).map((row) => kept.map(({ at }) => row[at])),
  );
  return { name: `${model.dataset.name} (sample).csv`, content: new Blob([csv]) };
}

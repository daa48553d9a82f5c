/** What the server says is wrong with a document, handed to the fields it names. */
import type { FieldProblem } from "@/forms/values";
import { ApiError } from "@/lib/api-error";

export type Problems = readonly FieldProblem[];

/** What was refused, by dotted path; what names no field stands under the empty one. */
export function problemsOf(error: unknown): Problems {
  if (!(error instanceof ApiError)) return [];
  return error.fields.map(({ path, message }) => ({ field: path.join("."), message }));
}

export const problemAt = (problems: Problems, field: string): string | undefined =>
  problems
    .filter((problem) => problem.field === field || problem.field.startsWith(`${field}.`))
    .map(({ message }) => message)
    .join(" ") || undefined;

/** Those of one item of a list, with the item's own place taken off: `strategies.1.k` is `k`. */
export function problemsAt(problems: Problems, list: string, place: number): Problems {
  const own = `${list}.${place}`;
  return problems
    .filter(({ field }) => field === own || field.startsWith(`${own}.`))
    .map((problem) => ({ ...problem, field: problem.field.slice(own.length + 1) }));
}

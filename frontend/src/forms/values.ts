/** Reads and changes the values behind a form: what is default, what changed, which error belongs where. */
import { formatCount, formatFraction } from "@/lib/format";
import { type Field, readable } from "./schema";

export type Values = Readonly<Record<string, unknown>>;

/** An error as the server sends it: `engine.max_depth`, with the sentence to show. */
export type FieldProblem = { field: string; message: string; severity?: "error" | "warning" };

export const currentValue = (field: Field, values: Values): unknown =>
  field.name in values ? values[field.name] : field.default;

export function isChanged(field: Field, values: Values): boolean {
  return field.default !== undefined && field.name in values && !same(values[field.name], field.default);
}

/** Whether the field applies, given what the others hold. One that is wrong is shown in any case. */
export function applies(field: Field, fields: readonly Field[], values: Values): boolean {
  return Object.entries(field.when).every(([name, wanted]) => {
    const other = fields.find((each) => each.name === name);
    return !other || wanted.some((value) => same(value, currentValue(other, values)));
  });
}

/** Equal to the default means not stated at all, so that a document carries only what somebody chose. */
export function withValue(values: Values, field: Field, value: unknown): Values {
  if (value === undefined || (field.default !== undefined && same(value, field.default)))
    return without(values, field.name);
  return { ...values, [field.name]: value };
}

export function without(values: Values, name: string): Values {
  const { [name]: _, ...rest } = values;
  return rest;
}

/** The problems of one field, and of what is inside it with its name taken off. */
export function problemsFor(problems: readonly FieldProblem[], name: string) {
  const own = problems.filter((problem) => problem.field === name || indexed(problem.field, name));
  const inner = problems
    .filter((problem) => problem.field.startsWith(`${name}.`) && !indexed(problem.field, name))
    .map((problem) => ({ ...problem, field: problem.field.slice(name.length + 1) }));
  return { own, inner };
}

/** `columns.0` is an item of the list `columns`: it belongs beside the list. */
const indexed = (path: string, name: string) =>
  path.startsWith(`${name}.`) && /^\d+$/.test(path.slice(name.length + 1));

/** The problems of one item of a list: `2.column` is `column` of the third. */
export const problemsOfItem = (problems: readonly FieldProblem[], index: number): FieldProblem[] =>
  problems
    .filter((problem) => problem.field.startsWith(`${index}.`))
    .map((problem) => ({ ...problem, field: problem.field.slice(`${index}.`.length) }));

/** What the field holds when it is left alone, in words. */
export function defaultText(field: Field): string {
  const value = field.default;
  if (value === undefined) return "";
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (field.widget === "percent" && typeof value === "number") return formatFraction(value);
  const shown = (item: unknown) => plainText(item, field.choices.length > 0);
  if (Array.isArray(value)) return value.length && !value.some(isObject) ? value.map(shown).join(", ") : "none";
  if (typeof value === "object") return String((value as { kind?: unknown }).kind ?? "");
  return shown(value);
}

/** Choices in words, other text as it is, large whole numbers as in the range beside. */
function plainText(value: unknown, isChoice: boolean): string {
  if (Number.isSafeInteger(value)) return formatCount(value as number);
  return isChoice ? readable(String(value)) : String(value);
}

export function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

const isObject = (value: unknown) => typeof value === "object" && value !== null;

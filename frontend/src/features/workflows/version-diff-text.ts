/** How a changed parameter reads: its path as words, its values as short texts. */
import { inWords, labelOf } from "@/forms/schema";
import { MISSING } from "@/lib/format";

const LONG = 300;

/** Datasets and kinds by the names that people know. */
type Names = (id: string) => string | undefined;

/** "engine.n_estimators" → "Engine · number of estimators". */
export const parameterLabel = (path: string) =>
  path
    .split(".")
    .map((part, i) => (i === 0 ? labelOf(part) : inWords(part)))
    .join(" · ");

export function valueText(value: unknown, nameOf: Names = () => undefined): string {
  if (value === null || value === undefined || value === "") return MISSING;
  if (typeof value === "string") return nameOf(value) ?? cut(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value))
    return value.length === 0 ? MISSING : cut(value.map((item) => valueText(item, nameOf)).join(", "));
  return typeof value === "object" ? cut(objectText(value as Record<string, unknown>, nameOf)) : String(value);
}

/** A kind with its parameters reads "LightGBM (n estimators: 50)", anything else "column: age, operator: above". */
function objectText({ kind, ...rest }: Record<string, unknown>, nameOf: Names): string {
  const members = Object.entries(rest).map(([name, value]) => `${inWords(name)}: ${valueText(value, nameOf)}`);
  if (typeof kind !== "string") return members.join(", ") || MISSING;
  const title = nameOf(kind) ?? labelOf(kind);
  return members.length > 0 ? `${title} (${members.join(", ")})` : title;
}

const cut = (text: string) => (text.length > LONG ? `${text.slice(0, LONG)}…` : text);

/** How a changed parameter reads: its label from the kind's card, its values as short texts. */
import type { Card } from "@/api/types";
import { MISSING } from "@/lib/format";

const LONG = 300;

/** "engine.n_estimators" → "Engine · n estimators"; titles stated by the kind's schema win. */
export function parameterLabel(card: Card | undefined, path: string): string {
  const [first = path, ...rest] = path.split(".");
  const properties = (card?.schema as { properties?: Record<string, { title?: string }> } | undefined)?.properties;
  return [properties?.[first]?.title ?? readable(first), ...rest.map((part) => part.replaceAll("_", " "))].join(" · ");
}

export function valueText(value: unknown, nameOf: (id: string) => string | undefined = () => undefined): string {
  if (value === null || value === undefined || value === "") return MISSING;
  if (typeof value === "string") return nameOf(value) ?? cut(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null))
    return value.length === 0 ? MISSING : cut(value.map((item) => valueText(item, nameOf)).join(", "));
  return typeof value === "object" ? cut(objectText(value as Record<string, unknown>)) : String(value);
}

function objectText(value: Record<string, unknown>): string {
  const { kind, ...rest } = value;
  const stated = Object.keys(rest).length > 0 ? JSON.stringify(rest) : "";
  return typeof kind === "string" ? [readable(kind), stated].filter(Boolean).join(" ") : JSON.stringify(value);
}

const readable = (name: string) => {
  const spaced = name.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};

const cut = (text: string) => (text.length > LONG ? `${text.slice(0, LONG)}…` : text);

/** The one line on a node: its most telling parameters. */
import type { Card, NodeDocument } from "./types";

type Property = { default?: unknown; "x-unit"?: string; "x-widget"?: string; "x-when"?: Record<string, unknown[]> };

/** `names` gives the name on screen of an id or a kind, such as a dataset's or an engine's. */
export function tellingLine(card: Card, node: NodeDocument, names: ReadonlyMap<string, string>): string {
  const properties = (card.schema.properties ?? {}) as Record<string, Property>;
  const held = (field: string) => (field in node.parameters ? node.parameters[field] : properties[field]?.default);
  const applies = (field: string) =>
    Object.entries(properties[field]?.["x-when"] ?? {}).every(([other, wanted]) => wanted.includes(held(other)));
  return card.telling
    .filter(applies)
    .map((field) => phrase(field, properties[field] ?? {}, node.parameters, names))
    .filter(Boolean)
    .join(" · ");
}

function phrase(
  field: string,
  property: Property,
  parameters: Record<string, unknown>,
  names: ReadonlyMap<string, string>,
): string {
  const value = field in parameters ? parameters[field] : property.default;
  const label = field.replaceAll("_", " ");
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value)) return listPhrase(value, label);
  if (typeof value === "object") return nameOf(String((value as { kind?: unknown }).kind ?? ""), names);
  if (typeof value === "boolean") return value ? label : "";
  if (typeof value === "number") return value === 0 ? "" : `${label} ${value}`;
  if (property["x-widget"] === "dataset" && !names.has(String(value))) return "";
  const name = nameOf(String(value), names);
  return field === "target" ? `→ ${name}` : name;
}

/** A few words in full; many of them, or things with fields of their own, by their number. */
function listPhrase(items: readonly unknown[], label: string): string {
  const isShort = items.length <= 2 && items.every((item) => typeof item !== "object");
  if (isShort) return items.join(", ");
  return items.length === 1 ? `1 ${label.replace(/s$/, "")}` : `${items.length} ${label}`;
}

const nameOf = (value: string, names: ReadonlyMap<string, string>) => names.get(value) ?? value.replaceAll("_", " ");

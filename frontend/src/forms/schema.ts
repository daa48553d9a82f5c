/** Reads a kind's JSON Schema into the fields that a form shows. */

import { formatCount, formatFraction, formatNumber } from "@/lib/format";
import type { Thing } from "./form-context";

export type JsonSchema = {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  discriminator?: { propertyName: string; mapping?: Record<string, string> };
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
  "x-unit"?: string;
  "x-widget"?: string;
  "x-advanced"?: boolean;
  /** What may stand in braces in a template. */
  "x-names"?: string[];
  /** The field applies only while each field named has one of these values. */
  "x-when"?: Record<string, unknown[]>;
  additionalProperties?: boolean | JsonSchema;
};

export type Widget =
  | "number"
  | "integer"
  | "percent"
  | "text"
  | "passage"
  | "template"
  | "date"
  | "boolean"
  | "choice"
  | "column"
  | "columns"
  | "dataset"
  | "dataset_column"
  | "engine"
  | "thing"
  | "list"
  | "numbers"
  | "objects"
  | "mapping"
  | "json";

export type Alternative = { kind: string; title: string; summary: string; schema: JsonSchema };

export type Field = {
  name: string;
  label: string;
  help: string;
  widget: Widget;
  unit: string | null;
  advanced: boolean;
  required: boolean;
  nullable: boolean;
  default: unknown;
  minimum: number | null;
  maximum: number | null;
  /** True when the bound itself is not allowed. */
  openMinimum: boolean;
  openMaximum: boolean;
  choices: string[];
  alternatives: Alternative[];
  when: Readonly<Record<string, readonly unknown[]>>;
  /** What the items of a list, or the values of a mapping, are like. */
  item: JsonSchema | null;
  maxItems: number | null;
  /** What may stand in braces, for the widget `template`. */
  names: string[];
  /** Which things of the yard are chosen among, for the widget `thing`. */
  thing: Thing | null;
};

/** A text that may be longer than this gets room to be written in. */
const PASSAGE_FROM = 1000;

const WIDGETS: ReadonlySet<string> = new Set(["column", "columns", "dataset", "dataset_column", "engine", "percent"]);

export function fieldsOf(schema: JsonSchema, root: JsonSchema = schema): Field[] {
  const resolved = resolve(schema, root);
  return Object.entries(resolved.properties ?? {})
    .filter(([name]) => name !== "kind")
    .map(([name, property]) => fieldOf(name, property, resolved.required?.includes(name) ?? false, root));
}

function fieldOf(name: string, property: JsonSchema, required: boolean, root: JsonSchema): Field {
  const outer = resolve(property, root);
  const options = (outer.anyOf ?? []).map((option) => resolve(option, root));
  const nullable = options.some((option) => option.type === "null");
  const rest = options.filter((option) => option.type !== "null");
  const inner = rest.length === 1 ? { ...rest[0], ...withoutUnion(outer) } : outer;
  const alternatives = alternativesOf(inner, root);
  const item = itemOf(inner, root);
  return {
    name,
    label: labelOf(name, inner["x-unit"]),
    help: (outer.description ?? inner.description ?? "").replaceAll(/\s+/g, " "),
    widget: widgetOf(inner, rest, alternatives, item),
    unit: inner["x-unit"] ?? null,
    advanced: inner["x-advanced"] === true,
    required: required && !nullable,
    nullable,
    default: outer.default,
    minimum: inner.minimum ?? inner.exclusiveMinimum ?? null,
    maximum: inner.maximum ?? inner.exclusiveMaximum ?? null,
    openMinimum: inner.minimum === undefined && inner.exclusiveMinimum !== undefined,
    openMaximum: inner.maximum === undefined && inner.exclusiveMaximum !== undefined,
    choices: (inner.enum ?? inner.items?.enum ?? (inner.const === undefined ? [] : [inner.const])).map(String),
    alternatives,
    when: inner["x-when"] ?? {},
    item,
    maxItems: inner.maxItems ?? null,
    names: inner["x-names"] ?? [],
    thing: thingOf(inner),
  };
}

const THINGS: ReadonlySet<string> = new Set<Thing>(["collection", "llm", "embedder"]);

const thingOf = ({ "x-widget": hint }: JsonSchema): Thing | null => (hint && THINGS.has(hint) ? (hint as Thing) : null);

function itemOf(schema: JsonSchema, root: JsonSchema): JsonSchema | null {
  const stated = schema.type === "array" ? schema.items : schema.additionalProperties;
  return typeof stated === "object" ? resolve(stated, root) : null;
}

function widgetOf(
  schema: JsonSchema,
  union: JsonSchema[],
  alternatives: Alternative[],
  item: JsonSchema | null,
): Widget {
  const hint = schema["x-widget"];
  if (alternatives.length) return "engine";
  if (thingOf(schema)) return "thing";
  if (hint && WIDGETS.has(hint) && hint !== "engine") return hint as Widget;
  if (schema.enum || schema.const !== undefined) return "choice";
  if (schema.type === "integer" || schema.type === "number" || schema.type === "boolean") return schema.type;
  if (schema["x-names"]) return "template";
  if (schema.type === "string") return textWidget(schema);
  if (schema.type === "array") return listWidget(item);
  if (schema.type === "object" && (item?.type === "string" || isNumeric(item))) return "mapping";
  return union.length > 1 && union.every((option) => ["string", "number", "integer"].includes(String(option.type)))
    ? "text"
    : "json";
}

const isNumeric = (schema: JsonSchema | null) => schema?.type === "integer" || schema?.type === "number";

function textWidget({ format, maxLength }: JsonSchema): Widget {
  if (format === "date") return "date";
  return maxLength !== undefined && maxLength >= PASSAGE_FROM ? "passage" : "text";
}

function listWidget(item: JsonSchema | null): Widget {
  if (isNumeric(item)) return "numbers";
  if (item?.properties) return "objects";
  return item === null || item.type === "string" || item.enum ? "list" : "json";
}

/** The members of a union that is told apart by `kind`. */
function alternativesOf(schema: JsonSchema, root: JsonSchema): Alternative[] {
  const members = schema.oneOf ?? (schema["x-widget"] === "engine" && !schema.anyOf ? [schema] : schema.anyOf);
  return (members ?? []).flatMap((member) => {
    const resolved = resolve(member, root);
    const kind = resolved.properties?.kind;
    const name = kind?.const ?? kind?.default;
    if (typeof name !== "string") return [];
    const summary = (resolved.description ?? "").split("\n\n")[0]?.replaceAll(/\s+/g, " ") ?? "";
    return [{ kind: name, title: titleCase(resolved.title ?? name), summary, schema: resolved }];
  });
}

export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (!schema.$ref) return schema;
  const found = root.$defs?.[schema.$ref.split("/").at(-1) ?? ""];
  if (!found) return schema;
  const { $ref: _, ...beside } = schema;
  return { ...resolve(found, root), ...beside };
}

const withoutUnion = ({ anyOf: _, ...rest }: JsonSchema): JsonSchema => rest;

/** `test_fraction` reads "Test fraction", `n_bins` "Number of bins"; a unit that stands beside is not said twice. */
export function labelOf(name: string, unit?: string | null): string {
  const bare = unit ? name.replace(/_(seconds|mb)$/, "") : name;
  const spaced = inWords(bare);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** A parameter's name within a sentence. */
export const inWords = (name: string): string => readable(name.replace(/^n_/, "number_of_"));

const ABBREVIATIONS = /\b(api|auc|iqr|llm|mae|pca|rmse|roc|url)\b/g;

/** A choice's name in words: `roc_auc` reads "ROC AUC". */
export const readable = (name: string): string =>
  name.replaceAll("_", " ").replaceAll(ABBREVIATIONS, (short) => short.toUpperCase());

function titleCase(title: string): string {
  const spaced = title
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** "0 to 1", "at least 1", "more than 0" – or nothing when any number will do. */
export function rangeOf(field: Field): string {
  const [minimum, maximum] = [boundText(field, field.minimum), boundText(field, field.maximum)];
  const low = field.minimum === null ? null : `${field.openMinimum ? "more than" : "at least"} ${minimum}`;
  const high = field.maximum === null ? null : `${field.openMaximum ? "less than" : "at most"} ${maximum}`;
  if (low && high && !field.openMinimum && !field.openMaximum) return `${minimum} to ${maximum}`;
  return [low, high].filter(Boolean).join(", ");
}

/** Whole bounds in full: a seed goes to 4,294,967,295, and not to 4.29e9. */
function boundText({ widget }: Field, bound: number | null): string {
  if (widget === "percent" && bound !== null) return formatFraction(bound);
  return Number.isSafeInteger(bound) ? formatCount(bound) : formatNumber(bound);
}

"use client";
/** The control for a field, by the kind of its value. */
import { Checkbox, Input, Select } from "@/ui/field";
import { useSurroundings } from "../form-context";
import { type Field, readable } from "../schema";
import { words } from "../words";
import { ColumnSelect, ColumnsSelect } from "./columns";
import { DraftArea, DraftInput } from "./draft-input";
import { EnginePicker } from "./engine-picker";
import { Lines, Mapping, Numbers } from "./lists";
import { Several } from "./several";
import { TemplateText } from "./template";

export type Wired = { id: string; "aria-invalid"?: true; "aria-describedby"?: string };
export type ControlProps = { field: Field; value: unknown; onChange: (value: unknown) => void; wired: Wired };

export function Control(props: ControlProps) {
  switch (props.field.widget) {
    case "number":
    case "integer":
      return <NumberInput {...props} />;
    case "percent":
      return <PercentInput {...props} />;
    case "boolean":
      return <Toggle {...props} />;
    case "choice":
      return <Choice {...props} />;
    case "column":
    case "dataset_column":
      return <ColumnSelect {...props} />;
    case "columns":
      return <ColumnsSelect {...props} />;
    case "dataset":
      return <DatasetSelect {...props} />;
    case "thing":
      return <ThingSelect {...props} />;
    case "engine":
      return <EnginePicker {...props} />;
    case "list":
      return props.field.choices.length ? <Several {...props} /> : <Lines {...props} />;
    case "numbers":
      return <Numbers {...props} />;
    case "mapping":
      return <Mapping {...props} />;
    case "date":
      return <DateInput {...props} />;
    case "passage":
      return <Passage {...props} />;
    case "template":
      return <TemplateText {...props} />;
    case "json":
      return <JsonInput {...props} />;
    default:
      return <TextInput {...props} />;
  }
}

/** Anything may be typed; what is no number is sent as it is, so that the server says what is wrong with it. */
function NumberInput({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <DraftInput
      {...wired}
      inputMode={field.widget === "integer" && (field.minimum ?? -1) >= 0 ? "numeric" : "decimal"}
      className="numbers"
      disabled={readOnly}
      placeholder={field.nullable ? words.none : undefined}
      text={value === null || value === undefined ? "" : String(value)}
      onCommit={(text) => onChange(numberOf(text, field))}
    />
  );
}

export function numberOf(text: string, field: Pick<Field, "nullable">): unknown {
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return field.nullable ? null : undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : text;
}

/** A fraction, 0–1, shown and typed as a percentage. */
function PercentInput({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <DraftInput
      {...wired}
      inputMode="decimal"
      className="numbers"
      disabled={readOnly}
      placeholder={field.nullable ? words.none : undefined}
      text={percentText(value)}
      onCommit={(text) => onChange(fractionOf(text, field))}
    />
  );
}

/** Digits of a percentage that are kept: more come only of counting in twos. */
const DIGITS = 10;

/** `0.07` reads "7"; what is no number is shown as it was typed. */
export function percentText(value: unknown): string {
  if (typeof value === "number") return String(Number((value * 100).toPrecision(DIGITS)));
  return value === null || value === undefined ? "" : String(value);
}

export function fractionOf(text: string, field: Pick<Field, "nullable">): unknown {
  const percent = numberOf(text.replace("%", ""), field);
  return typeof percent === "number" ? Number((percent / 100).toPrecision(DIGITS)) : percent;
}

function TextInput({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <DraftInput
      {...wired}
      disabled={readOnly}
      placeholder={field.nullable ? words.none : undefined}
      text={value === null || value === undefined ? "" : String(value)}
      onCommit={(text) => onChange(text === "" ? (field.nullable ? null : undefined) : text)}
    />
  );
}

function Toggle({ value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <span className="flex h-6 items-center">
      <Checkbox {...wired} disabled={readOnly} checked={value === true} onChange={(e) => onChange(e.target.checked)} />
    </span>
  );
}

function Choice({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <Select
      {...wired}
      disabled={readOnly}
      value={value === null || value === undefined ? "" : String(value)}
      onChange={(e) => onChange(e.target.value === "" ? (field.nullable ? null : undefined) : e.target.value)}
    >
      {(field.nullable || value === undefined) && (
        <option value="">{field.nullable ? words.none : words.choose}</option>
      )}
      {field.choices.map((choice) => (
        <option key={choice} value={choice}>
          {readable(choice)}
        </option>
      ))}
    </Select>
  );
}

function DatasetSelect({ value, onChange, wired }: ControlProps) {
  const { datasets, readOnly } = useSurroundings();
  const chosen = typeof value === "string" ? value : "";
  const isMissing = chosen !== "" && !datasets.some((dataset) => dataset.id === chosen);
  if (datasets.length === 0 && !chosen) return <p className="text-muted text-sm">{words.noDatasets}</p>;
  return (
    <Select {...wired} disabled={readOnly} value={chosen} onChange={(e) => onChange(e.target.value || null)}>
      <option value="">{words.chooseDataset}</option>
      {isMissing && <option value={chosen}>{words.missingDataset(chosen)}</option>}
      {datasets.map((dataset) => (
        <option key={dataset.id} value={dataset.id}>
          {dataset.name} · {dataset.detail}
        </option>
      ))}
    </Select>
  );
}

/** A thing of the yard, by its id; where nobody says which there are, its id is typed. */
function ThingSelect(props: ControlProps) {
  const { field, value, onChange, wired } = props;
  const { things, readOnly } = useSurroundings();
  const choices = field.thing && things?.[field.thing];
  if (!choices) return <TextInput {...props} />;
  const chosen = typeof value === "string" ? value : "";
  const isMissing = chosen !== "" && !choices.some(({ id }) => id === chosen);
  return (
    <Select
      {...wired}
      disabled={readOnly}
      value={chosen}
      onChange={(event) => onChange(event.target.value || undefined)}
    >
      <option value="">{field.required ? words.choose : words.none}</option>
      {isMissing && <option value={chosen}>{words.missingDataset(chosen)}</option>}
      {choices.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}

function DateInput({ value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <Input
      {...wired}
      type="date"
      disabled={readOnly}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => onChange(event.target.value || undefined)}
    />
  );
}

function Passage({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <DraftArea
      {...wired}
      disabled={readOnly}
      className="font-mono text-sm"
      text={typeof value === "string" ? value : ""}
      onCommit={(text) => onChange(text === "" ? (field.nullable ? null : undefined) : text)}
    />
  );
}

/** What is no JSON yet is sent as text, so that the server says what is wrong with it. */
function JsonInput({ value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <DraftArea
      {...wired}
      disabled={readOnly}
      className="font-mono text-sm"
      text={value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2)}
      onCommit={(text) => onChange(jsonOf(text))}
    />
  );
}

function jsonOf(text: string): unknown {
  if (!text.trim()) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

"use client";
/** The control for a field, by the kind of its value. */
import { Checkbox, Select, Textarea } from "@/ui/field";
import { useSurroundings } from "../form-context";
import type { Field } from "../schema";
import { words } from "../words";
import { ColumnSelect, ColumnsSelect } from "./columns";
import { DraftInput } from "./draft-input";

export type Wired = { id: string; "aria-invalid"?: true; "aria-describedby"?: string };
export type ControlProps = { field: Field; value: unknown; onChange: (value: unknown) => void; wired: Wired };

export function Control(props: ControlProps) {
  switch (props.field.widget) {
    case "number":
    case "integer":
      return <NumberInput {...props} />;
    case "boolean":
      return <Toggle {...props} />;
    case "choice":
      return <Choice {...props} />;
    case "column":
      return <ColumnSelect {...props} />;
    case "columns":
      return <ColumnsSelect {...props} />;
    case "dataset":
      return <DatasetSelect {...props} />;
    case "engine":
      return <EngineSelect {...props} />;
    case "list":
      return props.field.choices.length ? <Several {...props} /> : <Lines {...props} />;
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
          {choice.replaceAll("_", " ")}
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

function EngineSelect({ field, value, onChange, wired }: ControlProps) {
  const { engines, readOnly } = useSurroundings();
  const chosen = (value as { kind?: string } | null | undefined)?.kind ?? "";
  return (
    <Select
      {...wired}
      disabled={readOnly}
      value={chosen}
      onChange={(e) => onChange(e.target.value ? { kind: e.target.value } : undefined)}
    >
      {!chosen && <option value="">{words.choose}</option>}
      {field.alternatives.map(({ kind, title }) => {
        const engine = engines.get(kind);
        return (
          <option key={kind} value={kind} disabled={Boolean(engine?.unavailable)}>
            {engine?.title ?? title}
            {engine?.unavailable ? ` (${engine.unavailable})` : ""}
          </option>
        );
      })}
    </Select>
  );
}

function Several({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const toggle = (choice: string, on: boolean) => {
    const next = field.choices.filter((other) => (other === choice ? on : chosen.includes(other)));
    onChange(next.length === 0 && field.nullable ? null : next);
  };
  return (
    <fieldset
      id={wired.id}
      aria-label={field.label}
      aria-describedby={wired["aria-describedby"]}
      className="grid gap-1"
    >
      {field.choices.map((choice) => (
        <label key={choice} htmlFor={`${wired.id}-${choice}`} className="flex items-center gap-2 text-sm">
          <Checkbox
            id={`${wired.id}-${choice}`}
            disabled={readOnly}
            checked={chosen.includes(choice)}
            onChange={(e) => toggle(choice, e.target.checked)}
          />
          {choice.replaceAll("_", " ")}
        </label>
      ))}
    </fieldset>
  );
}

function Lines({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <Textarea
      {...wired}
      disabled={readOnly}
      placeholder={words.listHelp}
      defaultValue={Array.isArray(value) ? value.join("\n") : ""}
      onBlur={(e) => {
        const lines = e.target.value
          .split("\n")
          .map((line) => line.trim())
          .filter(Boolean);
        onChange(lines.length === 0 && field.nullable ? null : lines);
      }}
    />
  );
}

function JsonInput({ value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <Textarea
      {...wired}
      disabled={readOnly}
      className="font-mono text-sm"
      defaultValue={value === undefined ? "" : JSON.stringify(value, null, 2)}
      onBlur={(e) => {
        try {
          onChange(e.target.value.trim() ? JSON.parse(e.target.value) : undefined);
          e.target.setCustomValidity("");
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
          e.target.setCustomValidity(words.notJson);
          e.target.reportValidity();
        }
      }}
    />
  );
}

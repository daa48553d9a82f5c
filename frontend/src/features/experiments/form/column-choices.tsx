"use client";
/** Which column of the dataset says what: found by its usual name, or chosen. */
import { Field, Select } from "@/ui/field";
import type { Preview } from "../types";
import { COLUMN_ROLES, type ColumnRole, type Draft } from "./draft";
import { words } from "./words";

type Columns = Draft["samples"]["columns"];
type Props = { chosen: Columns; preview: Preview; error?: string; onChange: (columns: Columns) => void };

export function ColumnChoices({ chosen, preview, error, onChange }: Props) {
  const found = COLUMN_ROLES.filter((role) => preview.columns[role]).map(
    (role) => `${words.roles[role]}: ${preview.columns[role]}`,
  );
  const set = (role: ColumnRole, column: string) => onChange({ ...chosen, [role]: column || null });
  return (
    <details open={error !== undefined || undefined}>
      <summary className="text-sm">
        <span className="font-medium">{words.columns}</span>{" "}
        <span className="text-muted [overflow-wrap:anywhere]">{found.join(", ")}</span>
      </summary>
      {error && (
        <p role="alert" className="pt-2 text-bad text-sm">
          {error}
        </p>
      )}
      <div className="grid grid-cols-2 gap-3 pt-3 sm:grid-cols-3">
        {COLUMN_ROLES.map((role) => (
          <Field key={role} label={words.roles[role]}>
            {(wired) => (
              <Select {...wired} value={chosen[role] ?? ""} onChange={(event) => set(role, event.target.value)}>
                <option value="">
                  {preview.columns[role] && !chosen[role] ? words.found(preview.columns[role]) : words.none}
                </option>
                {preview.present.map((column) => (
                  <option key={column} value={column}>
                    {column}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        ))}
      </div>
    </details>
  );
}

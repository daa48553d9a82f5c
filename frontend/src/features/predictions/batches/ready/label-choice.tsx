"use client";
/** What to call the rows: one label for all, or a column of the file. */
import { Field, Input, Select } from "@/ui/field";
import type { Mapping } from "../queries";
import type { Batch } from "../types";
import { words } from "../words";

/** In place of a column: one label for all rows. */
const ONE = "";

type Props = { batch: Batch; draft: Mapping; onChange: (draft: Mapping) => void };

export function LabelChoice({ batch, draft, onChange }: Props) {
  const { label_column: column, label } = draft;
  return (
    <div className="grid max-w-xl gap-3 pt-3 sm:grid-cols-2">
      <Field label={words.map.label} help={words.map.labelHelp}>
        {(wired) => (
          <Select
            {...wired}
            value={column ?? ONE}
            onChange={(event) => onChange({ ...draft, label_column: event.target.value || null })}
          >
            <option value={ONE}>{words.map.labelOne}</option>
            {batch.columns.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {column === null && (
        <Field label={words.facts.label}>
          {(wired) => (
            <Input
              {...wired}
              maxLength={200}
              value={label ?? ""}
              onChange={(event) => onChange({ ...draft, label: event.target.value || null })}
            />
          )}
        </Field>
      )}
    </div>
  );
}

"use client";
/** Words of which rows, in which language, and which words to leave out. */
import { Field, Input, Select } from "@/ui/field";
import type { Batch } from "../types";
import { words } from "../words";
import type { Asked, Counted } from "./queries";

/** Languages whose stop-words are known; `none` leaves nothing out. */
const LANGUAGES = ["en", "vi", "de", "fr", "es", "it", "pt", "nl", "ru", "ja", "zh", "ar"] as const;

const nameOf = (code: string) => new Intl.DisplayNames("en", { type: "language" }).of(code) ?? code;

type Props = {
  batch: Batch;
  columns: readonly string[];
  asked: Asked;
  counted: Counted | undefined;
  onChange: (asked: Asked) => void;
};

export function CloudChoice({ batch, columns, asked, counted, onChange }: Props) {
  const { classes } = batch.signature.output;
  return (
    <div className="grid max-w-4xl grid-cols-2 gap-3 md:grid-cols-4">
      {columns.length > 1 && (
        <Field label={words.cloud.column}>
          {(wired) => (
            <Select
              {...wired}
              value={asked.column}
              onChange={(event) => onChange({ ...asked, column: event.target.value })}
            >
              {columns.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {classes && (
        <Field label={words.cloud.of}>
          {(wired) => (
            <Select
              {...wired}
              value={asked.class}
              onChange={(event) => onChange({ ...asked, class: event.target.value })}
            >
              <option value="">{words.cloud.everything}</option>
              {classes.map((name) => (
                <option key={name} value={name}>
                  {words.cloud.byClass(name)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {batch.label_column !== null && (
        <Field label={words.facts.label}>
          {(wired) => (
            <Input
              {...wired}
              value={asked.label}
              onChange={(event) => onChange({ ...asked, label: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field label={words.cloud.language}>
        {(wired) => (
          <Select
            {...wired}
            value={asked.language}
            onChange={(event) => onChange({ ...asked, language: event.target.value })}
          >
            <option value="">
              {counted?.language && !asked.language ? words.cloud.guess(nameOf(counted.language)) : words.cloud.guessed}
            </option>
            {LANGUAGES.map((code) => (
              <option key={code} value={code}>
                {nameOf(code)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="col-span-2">
        <Field label={words.cloud.stop} help={words.cloud.stopHelp}>
          {(wired) => (
            <Input
              {...wired}
              value={asked.stop}
              onChange={(event) => onChange({ ...asked, stop: event.target.value })}
            />
          )}
        </Field>
      </div>
    </div>
  );
}

"use client";
/** One row to predict, a field per column of the signature. */
import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from "react";
import type { Signature, SignatureInput } from "@/api/types";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Field, Input, Select, Textarea } from "@/ui/field";
import { rangeOf, type Typed } from "./row";
import { busyWord, verbWord, words } from "./words";

const SEARCH_PAST = 15;

type Props = {
  signature: Signature;
  typed: Typed;
  errors: Readonly<Record<string, string>>;
  error: unknown;
  isBusy: boolean;
  /** An LLM is asked. */
  isSaid?: boolean;
  /** Beside the button. */
  children?: ReactNode;
  onChange: (name: string, text: string) => void;
  onSubmit: () => void;
};

export function RowForm({
  signature,
  typed,
  errors,
  error,
  isBusy,
  isSaid = false,
  children,
  onChange,
  onSubmit,
}: Props) {
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const shown = signature.inputs.filter((input) => input.name.toLowerCase().includes(wanted) || errors[input.name]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!isBusy) onSubmit();
  };
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} className="grid gap-4" noValidate>
      {signature.inputs.length > SEARCH_PAST && (
        <Input
          type="search"
          aria-label={words.form.filter}
          placeholder={words.form.filter}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      )}
      <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2">
        {shown.map((input) => (
          <div key={input.name} className={input.kind === "text" ? "sm:col-span-2" : undefined}>
            <Field
              label={input.name}
              help={rangeOf(input) ?? undefined}
              error={errors[input.name]}
              aside={<span className="text-muted text-xs">{input.required ? words.form.required : input.kind}</span>}
            >
              {(wired) => (
                <CellInput
                  wired={wired}
                  input={input}
                  text={typed[input.name] ?? ""}
                  onChange={(text) => onChange(input.name, text)}
                />
              )}
            </Field>
          </div>
        ))}
      </div>
      {Object.keys(errors).length === 0 && <InlineError error={error} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" look="primary" disabled={isBusy}>
          {isBusy ? busyWord(isSaid) : verbWord(isSaid)}
        </Button>
        {children}
      </div>
    </form>
  );
}

type CellProps = {
  wired: { id: string; "aria-invalid"?: true; "aria-describedby"?: string };
  input: SignatureInput;
  text: string;
  onChange: (text: string) => void;
};

function CellInput({ wired, input, text, onChange }: CellProps) {
  const { dtype, categories } = input;
  if (dtype === "boolean") {
    return (
      <Select {...wired} value={text} onChange={(event) => onChange(event.target.value)}>
        <option value="">{words.form.empty}</option>
        <option value="true">{words.form.yes}</option>
        <option value="false">{words.form.no}</option>
      </Select>
    );
  }
  if (categories.length > 0 && dtype === "string") return <CategoryInput {...{ wired, input, text, onChange }} />;
  if (input.kind === "text") {
    return <Textarea {...wired} dir="auto" value={text} onChange={(event) => onChange(event.target.value)} />;
  }
  const isNumber = dtype === "integer" || dtype === "float";
  return (
    <Input
      {...wired}
      type={dtype === "date" ? "date" : dtype === "datetime" ? "datetime-local" : "text"}
      step={dtype === "datetime" ? 1 : undefined}
      inputMode={isNumber ? "decimal" : undefined}
      className={isNumber ? "numbers" : undefined}
      placeholder={words.form.empty}
      autoComplete="off"
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

const OTHER = "\u0000other";

/** The categories of training, and a way to try one that was not there. */
function CategoryInput({ wired, input, text, onChange }: CellProps) {
  const [isOther, setIsOther] = useState(false);
  const isFree = isOther || (text !== "" && !input.categories.includes(text));
  return (
    <div className="grid gap-1">
      <Select
        {...wired}
        value={isFree ? OTHER : text}
        onChange={(event) => {
          setIsOther(event.target.value === OTHER);
          onChange(event.target.value === OTHER ? "" : event.target.value);
        }}
      >
        <option value="">{words.form.empty}</option>
        {input.categories.map((category) => (
          <option key={category} value={category}>
            {category}
          </option>
        ))}
        <option value={OTHER}>{words.form.other}</option>
      </Select>
      {isFree && (
        <Input
          aria-label={words.form.otherLabel(input.name)}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}

"use client";
/** A model that takes one text: one large box; Ctrl-Enter answers, Esc leaves the box. */
import type { FormEvent, KeyboardEvent, ReactNode } from "react";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Field, Textarea } from "@/ui/field";
import { KeyHint } from "@/ui/key-hint";
import { busyWord, verbWord, words } from "./words";

type Props = {
  label: string;
  help?: string;
  text: string;
  /** The server's words about the text itself. */
  fieldError?: string;
  error: unknown;
  isBusy: boolean;
  /** An LLM is asked. */
  isSaid?: boolean;
  rows?: number;
  canAsk?: boolean;
  verb?: string;
  /** Beside the button. */
  children?: ReactNode;
  onChange: (text: string) => void;
  onSubmit: () => void;
};

export function TextForm(props: Props) {
  const {
    label,
    help,
    text,
    fieldError,
    error,
    isBusy,
    isSaid = false,
    rows = 8,
    canAsk = true,
    verb,
    children,
  } = props;
  const ask = () => canAsk && !isBusy && props.onSubmit();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape") event.currentTarget.blur();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    ask();
  };
  return (
    <form onSubmit={submit} className="grid gap-3" noValidate>
      <Field label={label} help={help} error={fieldError}>
        {(wired) => (
          <Textarea
            {...wired}
            rows={rows}
            dir="auto"
            spellCheck={false}
            className="resize-y text-lg leading-relaxed"
            value={text}
            onKeyDown={onKeyDown}
            onChange={(event) => props.onChange(event.target.value)}
          />
        )}
      </Field>
      {!fieldError && <InlineError error={error} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" look="primary" disabled={isBusy || !canAsk}>
          {isBusy ? busyWord(isSaid) : (verb ?? verbWord(isSaid))}
        </Button>
        <span className="flex items-center gap-1.5 text-muted text-sm max-md:hidden">
          <KeyHint keys="Ctrl Enter" />
          {isSaid ? words.text.askSaid : words.text.ask}
        </span>
        {children}
      </div>
    </form>
  );
}

"use client";
/** Lists that are typed: texts by line, numbers by comma, pairs of a key and a value. */
import { Plus, X } from "lucide-react";
import { Button } from "@/ui/button";
import { useSurroundings } from "../form-context";
import { words } from "../words";
import type { ControlProps } from "./control";
import { DraftArea, DraftInput } from "./draft-input";

export function Lines({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <DraftArea
      {...wired}
      disabled={readOnly}
      className="min-h-16"
      placeholder={words.listHelp}
      text={Array.isArray(value) ? value.join("\n") : ""}
      onCommit={(text) => {
        const lines = text
          .split("\n")
          .map((line) => line.trim())
          .filter(Boolean);
        onChange(lines.length === 0 && field.nullable ? null : lines);
      }}
    />
  );
}

/** Anything may be typed; what is no number is sent as it is, so that the server says what is wrong with it. */
export function Numbers({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  return (
    <DraftInput
      {...wired}
      className="numbers"
      disabled={readOnly}
      placeholder={words.numbersHelp}
      text={Array.isArray(value) ? value.join(", ") : ""}
      onCommit={(text) => {
        const numbers = numbersOf(text);
        onChange(numbers.length === 0 && field.nullable ? null : numbers);
      }}
    />
  );
}

export function numbersOf(text: string): (number | string)[] {
  return text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((word) => (Number.isFinite(Number(word)) ? Number(word) : word));
}

export function Mapping({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  const pairs = Object.entries((value ?? {}) as Record<string, unknown>);
  const set = (next: [string, unknown][]) => onChange(Object.fromEntries(next));
  const typed = (text: string): unknown =>
    field.item?.type === "string" || text.trim() === "" || !Number.isFinite(Number(text)) ? text : Number(text);
  return (
    <fieldset id={wired.id} aria-label={field.label} className="grid gap-1.5">
      {pairs.map(([key, held], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pair is known by its place while its key is being typed
        <div key={index} className="flex items-center gap-1.5">
          <DraftInput
            aria-label={`${words.key} ${index + 1}`}
            disabled={readOnly}
            text={key}
            onCommit={(text) => set(pairs.map((pair, at) => (at === index ? [text, held] : pair)))}
          />
          <DraftInput
            aria-label={`${words.value} ${index + 1}`}
            disabled={readOnly}
            text={String(held)}
            onCommit={(text) => set(pairs.map((pair, at) => (at === index ? [key, typed(text)] : pair)))}
          />
          {!readOnly && (
            <Button
              look="quiet"
              size="icon-sm"
              aria-label={words.remove(field.label, index + 1)}
              onClick={() => set(pairs.filter((_, at) => at !== index))}
            >
              <X />
            </Button>
          )}
        </div>
      ))}
      {!readOnly && !pairs.some(([key]) => key === "") && (
        <Button size="sm" className="justify-self-start" onClick={() => set([...pairs, ["", ""]])}>
          <Plus />
          {words.add(field.label)}
        </Button>
      )}
    </fieldset>
  );
}

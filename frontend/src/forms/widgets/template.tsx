"use client";
/** A text with names in braces that stand for something: typed, or put in by their buttons where the caret stands. */
import { useRef } from "react";
import { Button } from "@/ui/button";
import { useSurroundings } from "../form-context";
import { words } from "../words";
import type { ControlProps } from "./control";
import { DraftArea } from "./draft-input";

/** As high as the text, within limits. */
const LEAST_ROWS = 4;
const MOST_ROWS = 16;

export function TemplateText({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  const area = useRef<HTMLTextAreaElement>(null);
  const text = typeof value === "string" ? value : "";
  return (
    <div className="grid gap-1.5">
      <DraftArea
        {...wired}
        ref={area}
        disabled={readOnly}
        rows={Math.min(Math.max(text.split("\n").length + 1, LEAST_ROWS), MOST_ROWS)}
        className="font-mono text-sm"
        text={text}
        onCommit={(typed) => onChange(typed === "" ? (field.nullable ? null : undefined) : typed)}
      />
      {!readOnly && (
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="sr-only">{words.names(field.label)}</legend>
          {field.names.map((name) => (
            <Button
              key={name}
              size="sm"
              look="quiet"
              className="border border-line font-mono"
              aria-label={words.insert(name)}
              title={words.insert(name)}
              // The caret stays where it is.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => area.current && insert(area.current, `{${name}}`)}
            >
              {`{${name}}`}
            </Button>
          ))}
        </fieldset>
      )}
    </div>
  );
}

/** Puts words in place of what is selected, as if they were typed. */
function insert(area: HTMLTextAreaElement, words: string) {
  area.focus();
  area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

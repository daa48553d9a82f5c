"use client";
/** Any number of the choices there are; many of them can be searched. */
import { useState } from "react";
import { Button } from "@/ui/button";
import { Checkbox, Input } from "@/ui/field";
import { useSurroundings } from "../form-context";
import { readable } from "../schema";
import { words } from "../words";
import type { ControlProps } from "./control";

/** From here on a list scrolls and can be searched. */
const MANY = 9;

export function Several({ field, value, onChange, wired }: ControlProps) {
  const { readOnly } = useSurroundings();
  const [query, setQuery] = useState("");
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const isMany = field.choices.length >= MANY;
  const wanted = query.trim().toLowerCase();
  const shown = field.choices.filter((choice) => readable(choice).toLowerCase().includes(wanted));
  const set = (names: readonly string[]) => {
    const next = field.choices.filter((choice) => names.includes(choice));
    onChange(next.length === 0 && field.nullable ? null : next);
  };
  const toggle = (choice: string, on: boolean) =>
    set(on ? [...chosen, choice] : chosen.filter((other) => other !== choice));
  return (
    <div className={isMany ? "rounded-md border border-control" : undefined}>
      {isMany && (
        <div className="flex items-center gap-1 border-line border-b p-1.5">
          <Input
            type="search"
            className="h-7 flex-1"
            aria-label={`${words.searchChoices}: ${field.label}`}
            placeholder={words.searchChoices}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
          <span className="numbers shrink-0 px-1 text-muted text-xs" aria-live="polite">
            {words.chosen(chosen.length, field.choices.length)}
          </span>
          {!readOnly && (
            <>
              <Button look="quiet" size="sm" className="h-6 text-xs" onClick={() => set([...chosen, ...shown])}>
                {words.all}
              </Button>
              <Button look="quiet" size="sm" className="h-6 text-xs" onClick={() => set([])}>
                {words.clear}
              </Button>
            </>
          )}
        </div>
      )}
      <fieldset
        id={wired.id}
        aria-label={field.label}
        aria-describedby={wired["aria-describedby"]}
        className={isMany ? "grid max-h-52 gap-1 overflow-y-auto p-1.5" : "grid gap-1"}
      >
        {shown.map((choice) => (
          <label key={choice} htmlFor={`${wired.id}-${choice}`} className="flex min-h-6 items-center gap-2 text-sm">
            <Checkbox
              id={`${wired.id}-${choice}`}
              disabled={readOnly}
              checked={chosen.includes(choice)}
              onChange={(event) => toggle(choice, event.target.checked)}
            />
            {readable(choice)}
          </label>
        ))}
        {shown.length === 0 && <p className="text-muted text-sm">{words.noColumnMatches(query)}</p>}
      </fieldset>
    </div>
  );
}

"use client";
/** A list of things that have fields of their own, such as conditions: each a small form. */
import { ArrowUp, Plus, X } from "lucide-react";
import type { ComponentType } from "react";
import { Button } from "@/ui/button";
import { useSurroundings } from "../form-context";
import type { Field, JsonSchema } from "../schema";
import { type FieldProblem, problemsOfItem, type Values } from "../values";
import { words } from "../words";
import type { FormProps } from "./engine-fields";

type Props = {
  field: Field;
  root: JsonSchema;
  value: unknown;
  problems: readonly FieldProblem[];
  onChange: (value: unknown) => void;
  /** The form itself, handed in because it draws this widget. */
  Form: ComponentType<FormProps>;
};

export function Objects({ field, root, value, problems, onChange, Form }: Props) {
  const { readOnly } = useSurroundings();
  const items = (Array.isArray(value) ? value : []) as Values[];
  const schema = field.item;
  if (!schema) return null;
  const label = schema.title ?? field.label;
  const set = (next: readonly Values[]) => onChange(next.length === 0 && field.nullable ? null : next);
  const isFull = field.maxItems !== null && items.length >= field.maxItems;
  const swapped = (index: number) =>
    items.map((item, at) => (at === index - 1 ? items[index] : at === index ? items[index - 1] : item) as Values);
  return (
    <div className="grid gap-2">
      {items.length === 0 && <p className="text-muted text-sm">{words.empty}</p>}
      {items.map((item, index) => (
        <fieldset
          // biome-ignore lint/suspicious/noArrayIndexKey: an item is known by its place in the list
          key={index}
          aria-label={words.item(label, index + 1)}
          className="grid min-w-0 gap-1 rounded-md border border-line p-2"
        >
          <div className="flex items-center justify-between">
            <span className="text-muted text-xs">{words.item(label, index + 1)}</span>
            {!readOnly && (
              <span className="-my-1 flex">
                {index > 0 && (
                  <Button
                    look="quiet"
                    size="icon-sm"
                    aria-label={words.moveUp(label, index + 1)}
                    title={words.moveUp(label, index + 1)}
                    onClick={() => set(swapped(index))}
                  >
                    <ArrowUp />
                  </Button>
                )}
                <Button
                  look="quiet"
                  size="icon-sm"
                  aria-label={words.remove(label, index + 1)}
                  title={words.remove(label, index + 1)}
                  onClick={() => set(items.filter((_, at) => at !== index))}
                >
                  <X />
                </Button>
              </span>
            )}
          </div>
          <Form
            schema={schema}
            root={root}
            values={item}
            problems={problemsOfItem(problems, index)}
            onChange={(next) => set(items.map((other, at) => (at === index ? next : other)))}
            isDense
          />
        </fieldset>
      ))}
      {!readOnly && (
        <Button size="sm" className="justify-self-start" disabled={isFull} onClick={() => set([...items, {}])}>
          <Plus />
          {words.add(field.label)}
        </Button>
      )}
    </div>
  );
}

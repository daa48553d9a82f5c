"use client";
/** The fields of the chosen member of a union, below the choice. */
import type { ComponentType } from "react";
import { useSurroundings } from "../form-context";
import type { Field, JsonSchema } from "../schema";
import type { FieldProblem, Values } from "../values";

export type FormProps = {
  schema: JsonSchema;
  root?: JsonSchema;
  values: Values;
  problems: readonly FieldProblem[];
  onChange: (values: Values) => void;
  isDense?: boolean;
};
type Props = {
  field: Field;
  root: JsonSchema;
  value: unknown;
  problems: readonly FieldProblem[];
  onChange: (value: unknown) => void;
  /** The form itself, handed in because it draws this widget. */
  Form: ComponentType<FormProps>;
};

export function EngineFields({ field, root, value, problems, onChange, Form }: Props) {
  const { engines } = useSurroundings();
  const values = (value ?? {}) as Values;
  const chosen = field.alternatives.find((alternative) => alternative.kind === values.kind);
  if (!chosen) return null;
  const kindless = problems.map((problem) => ({ ...problem, field: withoutKind(problem.field, chosen.kind) }));
  return (
    <fieldset className="grid gap-3 border-line border-l-2 pl-3">
      <legend className="sr-only">{engines.get(chosen.kind)?.title ?? chosen.title}</legend>
      <Form
        schema={chosen.schema}
        root={root}
        values={values}
        problems={kindless}
        onChange={(next) => onChange({ ...next, kind: chosen.kind })}
      />
    </fieldset>
  );
}

/** Pydantic puts the member's name into the path: `random_forest.max_depth` is the field `max_depth`. */
const withoutKind = (path: string, kind: string) => (path.startsWith(`${kind}.`) ? path.slice(kind.length + 1) : path);

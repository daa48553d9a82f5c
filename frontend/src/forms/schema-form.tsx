"use client";
/** A form made from a kind's JSON Schema. The server validates; its sentences stand beside the fields they name. */
import { cx } from "class-variance-authority";
import { RotateCcw } from "lucide-react";
import { Button } from "@/ui/button";
import { Field as Row } from "@/ui/field";
import { MarkdownLine } from "@/ui/markdown";
import { useSurroundings } from "./form-context";
import { type Field, fieldsOf, type JsonSchema, rangeOf } from "./schema";
import {
  applies,
  currentValue,
  defaultText,
  type FieldProblem,
  isChanged,
  problemsFor,
  type Values,
  without,
  withValue,
} from "./values";
import { Control } from "./widgets/control";
import { EngineFields } from "./widgets/engine-fields";
import { Objects } from "./widgets/objects";
import { words } from "./words";

type Props = {
  schema: JsonSchema;
  /** Where `$ref` points into; the schema itself when left out. */
  root?: JsonSchema;
  values: Values;
  problems: readonly FieldProblem[];
  onChange: (values: Values) => void;
  /** For an item of a list: two columns, and help only where the pointer asks for it. */
  isDense?: boolean;
};

export function SchemaForm({ schema, root = schema, values, problems, onChange, isDense = false }: Props) {
  const all = fieldsOf(schema, root);
  const isWrong = (f: Field) => problemsFor(problems, f.name).own.length > 0;
  const fields = all.filter((field) => applies(field, all, values) || isWrong(field));
  const plain = fields.filter((field) => !field.advanced);
  const advanced = fields.filter((field) => field.advanced);
  const row = (field: Field) => (
    <FormRow
      key={field.name}
      field={field}
      root={root}
      values={values}
      problems={problems}
      onChange={onChange}
      isDense={isDense}
    />
  );
  const hasNews = advanced.some((f) => isChanged(f, values) || isWrong(f));
  if (isDense) return <div className="grid grid-cols-2 gap-2">{fields.map(row)}</div>;
  if (fields.length === 0) return <p className="text-muted text-sm">{words.noFields}</p>;
  return (
    <div className="grid gap-4">
      {plain.map(row)}
      {advanced.length > 0 && (
        <details open={hasNews || undefined}>
          <summary className="text-muted text-sm hover:text-text">{words.advanced(advanced.length)}</summary>
          <div className="grid gap-4 pt-3">{advanced.map(row)}</div>
        </details>
      )}
    </div>
  );
}

type RowProps = { field: Field; root: JsonSchema } & Pick<Props, "values" | "problems" | "onChange" | "isDense">;

/** Lists take the whole width, also between narrow fields. */
const WIDE: ReadonlySet<string> = new Set(["list", "columns", "objects", "mapping", "passage", "json"]);

function FormRow({ field, root, values, problems, onChange, isDense }: RowProps) {
  const { readOnly } = useSurroundings();
  const { own, inner } = problemsFor(problems, field.name);
  const value = currentValue(field, values);
  const set = (next: unknown) => onChange(withValue(values, field, next));
  const changed = isChanged(field, values);
  return (
    <div
      className={cx("grid min-w-0 content-start gap-3", isDense && WIDE.has(field.widget) && "col-span-2")}
      title={isDense ? field.help.replaceAll("`", "") : undefined}
      data-field={field.name}
      data-changed={changed || undefined}
    >
      <Row
        label={
          <>
            {changed && !isDense && (
              <span
                aria-hidden
                title={words.changed}
                className="mr-1.5 inline-block size-1.5 rounded-full bg-accent align-middle"
              />
            )}
            {field.label}
          </>
        }
        unit={field.unit ?? undefined}
        help={isDense ? undefined : helpOf(field)}
        error={own.length ? own.map((problem) => problem.message).join(" ") : undefined}
        aside={
          changed && !readOnly && !isDense ? (
            <Button
              look="quiet"
              size="icon-sm"
              className="-my-1.5"
              aria-label={words.reset(field.label)}
              title={words.reset(field.label)}
              onClick={() => onChange(without(values, field.name))}
            >
              <RotateCcw />
            </Button>
          ) : undefined
        }
      >
        {(wired) =>
          field.widget === "objects" ? (
            <Objects field={field} root={root} value={value} problems={inner} onChange={set} Form={SchemaForm} />
          ) : (
            <Control field={field} value={value} onChange={set} wired={wired} />
          )
        }
      </Row>
      {field.widget === "engine" && (
        <EngineFields field={field} root={root} value={value} problems={inner} onChange={set} Form={SchemaForm} />
      )}
    </div>
  );
}

/** Whose default is too long for a line; it stands in the control itself. */
const UNTOLD: ReadonlySet<string> = new Set(["engine", "objects", "passage", "template"]);

/** Help, range and default on one line under the control. */
function helpOf(field: Field) {
  const range = rangeOf(field);
  const byDefault = UNTOLD.has(field.widget) ? "" : defaultText(field);
  const isDefaultShown = field.default !== null && byDefault !== "";
  const facts = [range && words.range(range), isDefaultShown && words.default(byDefault.replace(/\.$/, ""))].filter(
    Boolean,
  );
  return (
    <>
      <MarkdownLine text={field.help} />
      {facts.length > 0 && <span className="text-faint"> {facts.join(". ")}.</span>}
    </>
  );
}

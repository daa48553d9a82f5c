import { fireEvent, render, screen, within } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import type { Column } from "@/api/types";
import { FormContext, type FormSurroundings } from "./form-context";
import type { JsonSchema } from "./schema";
import { SchemaForm } from "./schema-form";
import type { FieldProblem, Values } from "./values";

const schema: JsonSchema = {
  properties: {
    kind: { const: "train" },
    fraction: {
      type: "number",
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.2,
      description: "How many.",
      "x-unit": "of rows",
    },
    group: { anyOf: [{ type: "string" }, { type: "null" }], default: null, "x-widget": "column" },
    columns: {
      anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }],
      default: null,
      "x-widget": "columns",
    },
    engine: {
      oneOf: [
        { title: "Forest", properties: { kind: { const: "forest" }, depth: { type: "integer", default: 3 } } },
        { title: "Linear", properties: { kind: { const: "linear" }, alpha: { type: "number", default: 1 } } },
      ],
      "x-widget": "engine",
    },
    seed: { type: "integer", default: 0, "x-advanced": true },
  },
};
const column = (name: string, kind: Column["kind"]) => ({ name, kind }) as Column;
const surroundings: FormSurroundings = {
  columns: [column("age", "number"), column("city", "category"), column("income", "number")],
  datasets: [],
  engines: new Map([["forest", { title: "Random forest", summary: "Many trees.", unavailable: null }]]),
  readOnly: false,
};

function Host({ initial = {}, problems = [], seen }: { initial?: Values; problems?: FieldProblem[]; seen: Values[] }) {
  const [values, setValues] = useState<Values>(initial);
  seen.push(values);
  return (
    <FormContext value={surroundings}>
      <SchemaForm schema={schema} values={values} problems={problems} onChange={setValues} />
    </FormContext>
  );
}

function show(initial?: Values, problems?: FieldProblem[]) {
  const seen: Values[] = [];
  render(<Host initial={initial} problems={problems} seen={seen} />);
  return () => seen.at(-1);
}

describe("the schema form", () => {
  it("shows label, unit, help, range and default", () => {
    show();
    const field = screen.getByRole("textbox", { name: /^Fraction/ }) as HTMLInputElement;
    expect(field.value).toBe("0.2");
    expect(screen.getByText(/of rows/)).toBeTruthy();
    expect(document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent).toBe(
      "How many. More than 0, at most 1. Default: 0.2.",
    );
  });

  it("marks what was changed, and puts it back", () => {
    const now = show();
    const field = screen.getByRole("textbox", { name: /^Fraction/ });
    fireEvent.change(field, { target: { value: "0.3" } });
    expect(now()).toEqual({ fraction: 0.3 });
    expect(screen.getByTitle("Changed from the default")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Reset fraction to its default" }));
    expect(now()).toEqual({});
  });

  it("lets a number be typed digit by digit, and sends nonsense as it is", () => {
    const now = show();
    const field = screen.getByRole("textbox", { name: /^Fraction/ }) as HTMLInputElement;
    fireEvent.focus(field);
    fireEvent.change(field, { target: { value: "0." } });
    expect(field.value).toBe("0.");
    fireEvent.change(field, { target: { value: "much" } });
    expect(now()).toEqual({ fraction: "much" });
  });

  it("offers the columns that arrive", () => {
    const now = show();
    fireEvent.change(screen.getByRole("combobox", { name: /^Group/ }), { target: { value: "city" } });
    expect(now()).toEqual({ group: "city" });
  });

  it("says when a chosen column no longer arrives", () => {
    show({ group: "gone", columns: ["gone too"] });
    expect(screen.getByRole("option", { name: /gone \(not in the incoming columns\)/ })).toBeTruthy();
    expect(screen.getByRole("checkbox", { name: /gone too/ })).toBeTruthy();
  });

  it("takes all columns of a kind, and finds one by its name", () => {
    const now = show();
    fireEvent.click(screen.getByRole("button", { name: /All number columns/ }));
    expect(now()).toEqual({ columns: ["age", "income"] });
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "cit" } });
    const list = screen.getByRole("group", { name: "Columns" });
    expect(within(list).getByRole("checkbox", { name: /city/ })).toBeTruthy();
    expect(within(list).queryByRole("checkbox", { name: /^.*age/ })).toBeNull();
  });

  it("shows the chosen engine's own fields and forgets those of the other", () => {
    const now = show({ engine: { kind: "forest", depth: 5 } });
    expect((screen.getByRole("textbox", { name: /^Depth/ }) as HTMLInputElement).value).toBe("5");
    fireEvent.change(screen.getByRole("combobox", { name: /^Engine/ }), { target: { value: "linear" } });
    expect(now()).toEqual({ engine: { kind: "linear" } });
    expect(screen.getByRole("textbox", { name: /^Alpha/ })).toBeTruthy();
  });

  it("puts the server's sentence beside the field it names, inside the engine too", () => {
    show({ engine: { kind: "forest" } }, [
      { field: "fraction", message: "Too little is left." },
      { field: "engine.forest.depth", message: "Too deep." },
    ]);
    expect(screen.getByRole("textbox", { name: /^Fraction/ }).getAttribute("aria-invalid")).toBe("true");
    const depth = screen.getByRole("textbox", { name: /^Depth/ });
    expect(document.getElementById(`${depth.id}-error`)?.textContent).toBe("Too deep.");
  });

  it("folds advanced fields away unless one was changed", () => {
    show();
    expect(screen.getByText("1 advanced setting").closest("details")?.open).toBe(false);
    show({ seed: 7 });
    expect(screen.getAllByText("1 advanced setting").at(-1)?.closest("details")?.open).toBe(true);
  });
});

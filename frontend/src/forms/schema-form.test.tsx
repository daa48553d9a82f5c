import { fireEvent, render, screen, within } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import type { Column } from "@/api/types";
import { type EngineChoice, FormContext, type FormSurroundings } from "./form-context";
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
        { title: "Means", properties: { kind: { const: "means" } } },
        { title: "Cat", properties: { kind: { const: "cat" } } },
      ],
      "x-widget": "engine",
    },
    seed: { type: "integer", default: 0, "x-advanced": true },
    method: { enum: ["width", "edges"], default: "width" },
    edges: { type: "array", items: { type: "number" }, default: [], "x-when": { method: ["edges"] } },
    conditions: { type: "array", items: { $ref: "#/$defs/Condition" }, default: [], maxItems: 2 },
    charts: { type: "array", items: { enum: [..."abcdefghij"] }, default: [..."abcdefghij"] },
    names: { type: "object", additionalProperties: { type: "string" }, default: {} },
  },
  $defs: {
    Condition: {
      title: "Condition",
      properties: {
        column: { type: "string", "x-widget": "column" },
        operator: { enum: ["is", "less"], default: "is" },
        values: { type: "array", items: { type: "string" }, default: [] },
      },
      required: ["column"],
    },
  },
};
const column = (name: string, kind: Column["kind"]) => ({ name, kind }) as Column;
const surroundings: FormSurroundings = {
  columns: [column("age", "number"), column("city", "category"), column("income", "number")],
  task: "regression",
  datasetColumns: null,
  datasets: [],
  engines: new Map<string, EngineChoice>([
    ["forest", { title: "Random forest", summary: "Many trees.", unavailable: null, tasks: ["regression"] }],
    ["means", { title: "K-means", summary: "Groups of rows.", unavailable: null, tasks: ["clustering"] }],
    ["cat", { title: "CatBoost", summary: "Boosting.", unavailable: "not installed", tasks: ["regression"] }],
  ]),
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
    fireEvent.change(screen.getByRole("searchbox", { name: /^Columns/ }), { target: { value: "cit" } });
    const list = screen.getByRole("group", { name: "Columns" });
    expect(within(list).getByRole("checkbox", { name: /city/ })).toBeTruthy();
    expect(within(list).queryByRole("checkbox", { name: /^.*age/ })).toBeNull();
  });

  it("shows the chosen engine's own fields, and finds them again after another engine was tried", () => {
    const now = show({ engine: { kind: "forest", depth: 5 } });
    expect((screen.getByRole("textbox", { name: /^Depth/ }) as HTMLInputElement).value).toBe("5");
    fireEvent.click(screen.getByRole("button", { name: "Engine: Random forest" }));
    fireEvent.click(screen.getByRole("radio", { name: /^Linear/ }));
    expect(now()).toEqual({ engine: { kind: "linear" } });
    expect(screen.getByRole("textbox", { name: /^Alpha/ })).toBeTruthy();
    fireEvent.click(screen.getByRole("radio", { name: /^Random forest/ }));
    expect(now()).toEqual({ engine: { kind: "forest", depth: 5 } });
  });

  it("says what each engine is good for, and why one cannot be chosen", () => {
    show({ engine: { kind: "forest" } });
    fireEvent.click(screen.getByRole("button", { name: /^Engine/ }));
    const radio = (name: RegExp) => screen.getByRole("radio", { name }) as HTMLInputElement;
    expect(radio(/Random forest.*Many trees/).disabled).toBe(false);
    expect(radio(/CatBoost.*Not available: not installed/).disabled).toBe(true);
    expect(radio(/K-means.*For clustering only/).disabled).toBe(true);
    fireEvent.change(screen.getByRole("searchbox", { name: "Search engines" }), { target: { value: "trees" } });
    expect(screen.getAllByRole("radio")).toHaveLength(1);
    fireEvent.keyDown(radio(/Random forest/), { key: "Escape" });
    expect(screen.queryByRole("radio")).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: /^Engine/ }));
  });

  it("shows a field only where it applies, and one that is wrong in any case", () => {
    const now = show();
    expect(screen.queryByRole("textbox", { name: /^Edges/ })).toBeNull();
    fireEvent.change(screen.getByRole("combobox", { name: /^Method/ }), { target: { value: "edges" } });
    const field = screen.getByRole("textbox", { name: /^Edges/ });
    fireEvent.focus(field);
    fireEvent.change(field, { target: { value: "1, 2.5; x" } });
    expect(now()).toEqual({ method: "edges", edges: [1, 2.5, "x"] });
    show({}, [{ field: "edges", message: "Too few." }]);
    expect(screen.getAllByRole("textbox", { name: /^Edges/ })).toHaveLength(2);
  });

  it("makes a list of things with fields of their own, each with its problems", () => {
    const now = show({ conditions: [{ column: "age" }] }, [
      { field: "conditions.0.values", message: "State a value." },
    ]);
    const first = within(screen.getByRole("group", { name: "Condition 1" }));
    expect(first.getByText("State a value.")).toBeTruthy();
    fireEvent.change(first.getByRole("combobox", { name: /^Operator/ }), { target: { value: "less" } });
    fireEvent.click(screen.getByRole("button", { name: "Add to conditions" }));
    const second = within(screen.getByRole("group", { name: "Condition 2" }));
    fireEvent.change(second.getByRole("combobox", { name: /^Column/ }), { target: { value: "city" } });
    expect(now()).toEqual({ conditions: [{ column: "age", operator: "less" }, { column: "city" }] });
    expect((screen.getByRole("button", { name: "Add to conditions" }) as HTMLButtonElement).disabled).toBe(true);
    fireEvent.click(screen.getByRole("button", { name: "Move condition 2 up" }));
    fireEvent.click(screen.getByRole("button", { name: "Remove condition 2" }));
    expect(now()).toEqual({ conditions: [{ column: "city" }] });
  });

  it("offers many choices with a search, in their own order", () => {
    const now = show();
    const charts = within(screen.getByRole("group", { name: "Charts" }));
    const scope = within(charts.getByRole("checkbox", { name: "a" }).closest("[data-field]") as HTMLElement);
    fireEvent.click(scope.getByRole("button", { name: "Clear" }));
    fireEvent.click(charts.getByRole("checkbox", { name: "c" }));
    fireEvent.click(charts.getByRole("checkbox", { name: "b" }));
    expect(now()).toEqual({ charts: ["b", "c"] });
    fireEvent.change(scope.getByRole("searchbox"), { target: { value: "J" } });
    expect(charts.getAllByRole("checkbox")).toHaveLength(1);
  });

  it("maps keys to values", () => {
    const now = show({ names: { a: "b" } });
    fireEvent.click(screen.getByRole("button", { name: "Add to names" }));
    fireEvent.change(screen.getByRole("textbox", { name: "From 2" }), { target: { value: "old" } });
    fireEvent.change(screen.getByRole("textbox", { name: "To 2" }), { target: { value: "new" } });
    expect(now()).toEqual({ names: { a: "b", old: "new" } });
    fireEvent.click(screen.getByRole("button", { name: "Remove names 1" }));
    expect(now()).toEqual({ names: { old: "new" } });
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

import { describe, expect, it } from "vitest";
import { fieldsOf, type JsonSchema, labelOf, rangeOf, readable } from "./schema";
import { currentValue, defaultText, isChanged, problemsFor, withValue } from "./values";
import { fractionOf, percentText } from "./widgets/control";

const schema: JsonSchema = {
  $defs: {
    Forest: {
      title: "RandomForest",
      description: "Many trees.\n\nMore.",
      properties: {
        kind: { const: "random_forest", default: "random_forest" },
        max_depth: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }], default: null, description: "Depth." },
      },
    },
    Boost: { title: "Boost", properties: { kind: { const: "boost" } } },
  },
  properties: {
    kind: { const: "train" },
    method: { enum: ["random", "time"], default: "random", type: "string", description: "How." },
    test_fraction: { type: "number", exclusiveMinimum: 0, maximum: 1, default: 0.2, "x-unit": "of rows" },
    group_column: { anyOf: [{ type: "string" }, { type: "null" }], default: null, "x-widget": "column" },
    columns: { anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }], "x-widget": "columns" },
    seed: { type: "integer", minimum: 0, maximum: 10, default: 0, "x-advanced": true },
    dataset: { type: "string", "x-widget": "dataset" },
    engine: {
      oneOf: [{ $ref: "#/$defs/Forest" }, { $ref: "#/$defs/Boost" }],
      discriminator: { propertyName: "kind" },
      "x-widget": "engine",
    },
  },
  required: ["dataset"],
};

const fields = new Map(fieldsOf(schema).map((field) => [field.name, field]));
const get = (name: string) => {
  const field = fields.get(name);
  if (!field) throw new Error(name);
  return field;
};

describe("fields of a schema", () => {
  it("leaves out the kind and keeps the order", () => {
    expect([...fields.keys()]).toEqual([
      "method",
      "test_fraction",
      "group_column",
      "columns",
      "seed",
      "dataset",
      "engine",
    ]);
  });

  it("chooses the widget", () => {
    expect([...fields.values()].map((field) => field.widget)).toEqual([
      "choice",
      "number",
      "column",
      "columns",
      "integer",
      "dataset",
      "engine",
    ]);
  });

  it("reads label, unit, required, optional and advanced", () => {
    expect(get("test_fraction")).toMatchObject({ label: "Test fraction", unit: "of rows", default: 0.2 });
    expect(get("group_column")).toMatchObject({ nullable: true, required: false });
    expect(get("dataset").required).toBe(true);
    expect(get("seed").advanced).toBe(true);
  });

  it("makes names readable, and says a unit once", () => {
    expect(labelOf("n_bins")).toBe("Number of bins");
    expect(labelOf("iqr_factor")).toBe("IQR factor");
    expect(labelOf("base_url")).toBe("Base URL");
    expect(labelOf("budget_seconds", "s")).toBe("Budget");
    expect(labelOf("budget_seconds")).toBe("Budget seconds");
    expect(readable("roc_auc")).toBe("ROC AUC");
    expect(defaultText({ ...get("seed"), default: 20000 })).toBe("20,000");
    expect(defaultText({ ...get("method"), default: "f_test", choices: ["f_test"] })).toBe("f test");
    expect(defaultText({ ...get("method"), default: "pca_x", choices: [] })).toBe("pca_x");
  });

  it("chooses among things of the yard where a field names one by its id", () => {
    const judge = { type: "string", minLength: 1, maxLength: 64, "x-widget": "llm" };
    const [field, other] = fieldsOf({ properties: { judge, name: { type: "string" } } });
    expect(field).toMatchObject({ widget: "thing", thing: "llm" });
    expect(other).toMatchObject({ widget: "text", thing: null });
  });

  it("says the range in words", () => {
    expect(rangeOf(get("test_fraction"))).toBe("more than 0, at most 1");
    expect(rangeOf(get("seed"))).toBe("0 to 10");
    expect(rangeOf(get("method"))).toBe("");
  });

  it("shows and takes a fraction as a percentage", () => {
    const share = { type: "number", minimum: 0, maximum: 1, default: 0.4, "x-widget": "percent", "x-unit": "%" };
    const [field] = fieldsOf({ properties: { answer_from: share } }) as [ReturnType<typeof get>];
    expect(field.widget).toBe("percent");
    expect([rangeOf(field), defaultText(field)]).toEqual(["0 % to 100 %", "40 %"]);
    for (const fraction of [0, 0.07, 0.29, 0.405, 1]) expect(fractionOf(percentText(fraction), field)).toBe(fraction);
    expect(percentText(0.29)).toBe("29");
    expect([fractionOf("62,5 %", field), fractionOf("", field), fractionOf("half", field)]).toEqual([
      0.625,
      undefined,
      "half",
    ]);
  });

  it("resolves the engines of a union, and their own fields", () => {
    const [forest, boost] = get("engine").alternatives;
    expect(forest).toMatchObject({ kind: "random_forest", title: "Random forest", summary: "Many trees." });
    expect(boost?.kind).toBe("boost");
    const [depth] = fieldsOf(forest?.schema ?? {}, schema);
    expect(depth).toMatchObject({ name: "max_depth", widget: "integer", nullable: true, minimum: 1 });
  });
});

describe("values", () => {
  it("shows the default until something is chosen, and forgets what equals it", () => {
    const field = get("test_fraction");
    expect(currentValue(field, {})).toBe(0.2);
    const changed = withValue({}, field, 0.3);
    expect(changed).toEqual({ test_fraction: 0.3 });
    expect(isChanged(field, changed)).toBe(true);
    expect(withValue(changed, field, 0.2)).toEqual({});
  });

  it("keeps an explicit none where there is no default", () => {
    expect(withValue({}, get("columns"), null)).toEqual({ columns: null });
  });

  it("hands problems to the field they name", () => {
    const problems = [
      { field: "engine.max_depth", message: "too deep" },
      { field: "columns.1", message: "unknown column" },
      { field: "engine", message: "missing" },
    ];
    expect(problemsFor(problems, "engine")).toEqual({
      own: [{ field: "engine", message: "missing" }],
      inner: [{ field: "max_depth", message: "too deep" }],
    });
    expect(problemsFor(problems, "columns").own).toHaveLength(1);
  });
});

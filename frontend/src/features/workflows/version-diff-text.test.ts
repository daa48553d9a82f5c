import { expect, test } from "vitest";
import { parameterLabel, valueText } from "./version-diff-text";

const names = (id: string) => ({ ds_1: "Penguins", lightgbm: "LightGBM" })[id];

test("a parameter's path reads as words", () => {
  expect(parameterLabel("test_fraction")).toBe("Test fraction");
  expect(parameterLabel("engine.learning_rate")).toBe("Engine · learning rate");
  expect(parameterLabel("engine.n_clusters")).toBe("Engine · number of clusters");
});

test("values read as text: missing, yes and no, numbers, lists", () => {
  expect([null, undefined, "", [], {}].map((value) => valueText(value))).toEqual(["–", "–", "–", "–", "–"]);
  expect([true, false, 0, 0.25].map((value) => valueText(value))).toEqual(["yes", "no", "0", "0.25"]);
  expect(valueText(["size", "weight"])).toBe("size, weight");
  expect(valueText([{ column: "age", operator: "above" }])).toBe("column: age, operator: above");
  expect(valueText("x".repeat(1000))).toHaveLength(301);
});

test("datasets and engines have their names", () => {
  expect(valueText("ds_1", names)).toBe("Penguins");
  expect(valueText({ kind: "lightgbm", n_estimators: 5, max_depth: null }, names)).toBe(
    "LightGBM (number of estimators: 5, max depth: –)",
  );
  expect(valueText({ kind: "random_forest" }, names)).toBe("Random forest");
});

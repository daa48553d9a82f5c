import { expect, test } from "vitest";
import type { Card } from "@/api/types";
import { parameterLabel, valueText } from "./version-diff-text";

const card = { schema: { properties: { n_folds: { title: "Folds" } } } } as unknown as Card;

test("a parameter is called what the form calls it", () => {
  expect(parameterLabel(card, "n_folds")).toBe("Folds");
  expect(parameterLabel(card, "engine.learning_rate")).toBe("Engine · learning rate");
  expect(parameterLabel(undefined, "test_fraction")).toBe("Test fraction");
});

test("values read as text: missing, yes and no, lists, engines, datasets by name", () => {
  expect([null, undefined, "", []].map((value) => valueText(value))).toEqual(["–", "–", "–", "–"]);
  expect([true, false, 0, 0.25].map((value) => valueText(value))).toEqual(["yes", "no", "0", "0.25"]);
  expect(valueText(["size", "weight"])).toBe("size, weight");
  expect(valueText({ kind: "random_forest" })).toBe("Random forest");
  expect(valueText({ kind: "lightgbm", n_estimators: 5 })).toBe('Lightgbm {"n_estimators":5}');
  expect(valueText("ds_1", (id) => (id === "ds_1" ? "Penguins" : undefined))).toBe("Penguins");
  expect(valueText([{ column: "a" }])).toBe('[{"column":"a"}]');
  expect(valueText("x".repeat(1000))).toHaveLength(301);
});

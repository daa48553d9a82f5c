import { describe, expect, it } from "vitest";
import type { Signature, SignatureInput } from "@/api/types";
import { exampleRow, rangeOf, ranked, rowToTyped, typedToRow } from "./row";

const input = (name: string, rest: Partial<SignatureInput> = {}): SignatureInput => ({
  name,
  kind: "number",
  dtype: "float",
  required: false,
  categories: [],
  minimum: null,
  maximum: null,
  example: null,
  ...rest,
});
const signature: Signature = {
  inputs: [
    input("age", { dtype: "integer", minimum: 18, maximum: 90, example: 42 }),
    input("city", { kind: "category", dtype: "string", categories: ["Hanoi", "Hue"], example: "Hue" }),
    input("member", { kind: "category", dtype: "boolean", example: true }),
  ],
  output: { name: "churn", classes: ["no", "yes"] },
  ignored: [],
};

describe("a row", () => {
  it("starts as the example and comes back with the types of the signature", () => {
    expect(typedToRow(signature, exampleRow(signature))).toEqual({ age: 42, city: "Hue", member: true });
  });

  it("sends nothing typed as missing, and nonsense as it is", () => {
    expect(typedToRow(signature, { age: "old", city: "", member: "perhaps" })).toEqual({
      age: "old",
      city: null,
      member: "perhaps",
    });
  });

  it("keeps spaces that belong to a category", () => {
    expect(typedToRow(signature, { age: " 7 ", city: " Hue", member: "false" })).toEqual({
      age: 7,
      city: " Hue",
      member: false,
    });
  });

  it("fills the form from a past call", () => {
    expect(rowToTyped(signature, { age: 0, member: false })).toEqual({ age: "0", city: "", member: "false" });
  });

  it("says the range of training for numbers only", () => {
    expect(signature.inputs.map(rangeOf)).toEqual(["18 to 90 in training", null, null]);
  });

  it("puts the most probable class first", () => {
    expect(ranked({ no: 0.2, yes: 0.8 })).toEqual([
      ["yes", 0.8],
      ["no", 0.2],
    ]);
  });
});

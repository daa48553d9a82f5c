import { describe, expect, it } from "vitest";
import type { SignatureInput } from "@/api/types";
import type { Batch } from "../types";
import { draftOf, isSameDraft, missingInputs } from "./mapping";

const batch = {
  mapping: { review: "Nhận xét", age: null },
  label_column: null,
  label: null,
  columns: [
    { name: "Nhận xét", dtype: "string", examples: [] },
    { name: "Sản phẩm", dtype: "string", examples: [] },
  ],
} as unknown as Batch;

const input = (name: string, required: boolean) => ({ name, required }) as SignatureInput;

describe("the columns of a batch", () => {
  it("are the same whether none is null or not named, and an empty label is none", () => {
    const draft = draftOf(batch);
    expect(isSameDraft(draft, { mapping: { review: "Nhận xét" }, label_column: null, label: "" })).toBe(true);
    expect(isSameDraft(draft, { ...draft, mapping: { review: "Sản phẩm", age: null } })).toBe(false);
    expect(isSameDraft(draft, { ...draft, label_column: "Sản phẩm" })).toBe(false);
  });

  it("are missing only where the model needs them", () => {
    expect(missingInputs([input("review", true), input("age", false), input("city", true)], batch.mapping)).toEqual([
      "city",
    ]);
    expect(missingInputs([input("age", false)], batch.mapping)).toEqual(["age"]);
  });
});

// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import type { Signature } from "@/api/types";
import { linesOf, pastedSource, textInput } from "./sources";

const input = (name: string, kind: string) => ({
  name,
  kind,
  dtype: "string",
  required: true,
  categories: [],
  example: null,
  minimum: null,
  maximum: null,
});
const signature = (...inputs: ReturnType<typeof input>[]) => ({ inputs }) as unknown as Signature;

const read = (blob: Blob) =>
  new Promise<string>((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(blob);
  });

describe("what pasted text becomes", () => {
  it("is a line a text for a model that reads one text", () => {
    expect(textInput(signature(input("review", "text")))).toBe("review");
    expect(textInput(signature(input("age", "number")))).toBeNull();
    expect(textInput(signature(input("review", "text"), input("age", "number")))).toBeNull();
  });

  it("leaves out empty lines only", () => {
    expect(linesOf("tốt\r\n\n   \n=1+1\n  x ")).toEqual(["tốt", "=1+1", "  x "]);
  });

  it("keeps quotes, markup and commas inside one cell", async () => {
    const source = pastedSource('<img src=x onerror=alert(1)>, "so"\nrất đẹp', "review");
    const rows = (await read(source.content)).split("\n").map((line) => JSON.parse(line));
    expect(rows).toEqual([{ review: '<img src=x onerror=alert(1)>, "so"' }, { review: "rất đẹp" }]);
  });

  it("is a file as it stands for all other models", async () => {
    expect(await read(pastedSource("a,b\n1,2", null).content)).toBe("a,b\n1,2");
  });
});

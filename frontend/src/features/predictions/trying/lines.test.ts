import { expect, test } from "vitest";
import { linesOf } from "./lines";

test("lines keep the number that the writer counts, whatever ends them", () => {
  expect(linesOf("first\r\n\r\n  \nthird\rlast\n")).toEqual([
    { line: 1, text: "first" },
    { line: 4, text: "third" },
    { line: 5, text: "last" },
  ]);
});

test("a text is left as it was written", () => {
  expect(linesOf("  <img src=x onerror=alert(1)> ")).toEqual([{ line: 1, text: "  <img src=x onerror=alert(1)> " }]);
  expect(linesOf("")).toEqual([]);
});

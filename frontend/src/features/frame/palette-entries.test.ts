import { expect, test } from "vitest";
import { matches } from "./palette-entries";

test("every word must be found, in any order and case", () => {
  expect(matches("Credit scoring 2026", "scoring credit")).toBe(true);
  expect(matches("Credit scoring", "credit risk")).toBe(false);
  expect(matches("Anything", "")).toBe(true);
});

import { expect, test } from "vitest";
import { isHere } from "./places";

test("the overview is here only on its own page, a room also on its details", () => {
  expect(isHere("/", "/")).toBe(true);
  expect(isHere("/data/", "/")).toBe(false);
  expect(isHere("/data/", "/data/")).toBe(true);
});

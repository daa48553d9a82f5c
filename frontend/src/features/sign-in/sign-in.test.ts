import { expect, test } from "vitest";
import { localPath } from "./sign-in";

test("after signing in one goes where one wanted to be, on this yard only", () => {
  expect(localPath("/data/?id=ds_1")).toBe("/data/?id=ds_1");
  for (const elsewhere of [null, "", "https://example.com", "//example.com", "/\\example.com", "javascript:alert(1)"])
    expect(localPath(elsewhere)).toBe("/");
});

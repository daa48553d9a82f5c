import { expect, test } from "vitest";
import { nameIn } from "./files";

test("a file is saved under the name that the server gives it", () => {
  expect(nameIn(`attachment; filename="rows.csv"`)).toBe("rows.csv");
  expect(nameIn("attachment; filename=rows.csv")).toBe("rows.csv");
  expect(nameIn(`attachment; filename="d.csv"; filename*=utf-8''%C4%91%C3%A1nh%20gi%C3%A1.csv`)).toBe("đánh giá.csv");
  expect(nameIn("inline")).toBeNull();
  expect(nameIn(null)).toBeNull();
});

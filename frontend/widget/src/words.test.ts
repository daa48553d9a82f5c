import { expect, test } from "vitest";
import { wordsOf } from "./words";

test("words of a region are those of its language; unknown languages have English", () => {
  expect(wordsOf("vi-VN").send).toBe("Gửi");
  expect(wordsOf("tlh").send).toBe("Send");
});

test("a site brings its own words; what is no word of ours, or of another type, is left out", () => {
  const own = { title: "Hilfe", citation: "nope", other: "x" } as Record<string, string>;
  const words = wordsOf("en", own);
  expect(words.title).toBe("Hilfe");
  expect(words.citation(2, "A")).toBe("Citation 2: A");
  expect("other" in words).toBe(false);
});

import { expect, test } from "vitest";
import { filterQuery, isFiltered } from "./filters";

test("percent become fractions, days become moments, the last day whole", () => {
  const query = filterQuery({ min: "60", max: "99.5", from: "2026-02-27", until: "2026-02-28" });
  expect(query).toMatchObject({ min_confidence: 0.6, max_confidence: 0.995 });
  expect(query.since).toBe(new Date(2026, 1, 27).toISOString());
  expect(query.until).toBe(new Date(2026, 2, 1).toISOString());
});

test("what cannot be read travels as it is: the server says what is wrong", () => {
  expect(filterQuery({ min: "much", from: "soon" })).toMatchObject({ min_confidence: "much", since: "soon" });
});

test("nothing is asked for when nothing is chosen", () => {
  expect(isFiltered({})).toBe(false);
  expect(isFiltered({ q: "late" })).toBe(true);
  expect(Object.values(filterQuery({})).filter((value) => value !== undefined)).toEqual([]);
});

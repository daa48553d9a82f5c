import { expect, test } from "vitest";
import { isNarrowed, readFilters, toQuery } from "./filters";

const read = (query: string, n = 3, best: number | null = 1) => readFilters(new URLSearchParams(query), n, best);

test("without words in the address the best stands beside another one", () => {
  expect(read("")).toMatchObject({ first: 1, second: 0, who: "all", sort: "place", search: "" });
  expect(read("", 1, 0)).toMatchObject({ first: 0, second: null });
  expect(isNarrowed(read("first=2&second=0"))).toBe(false);
});

test("what the attempt does not have is left out, so that an old link opens", () => {
  expect(read("first=9&second=x&who=nobody&labelled=maybe&sort=up")).toEqual(read(""));
  expect(read("first=2&second=2").second).toBeNull();
});

test("without a second one nothing is asked of both", () => {
  expect(read("second=none&who=differ&sort=difference")).toMatchObject({ second: null, who: "all", sort: "place" });
  expect(read("second=none&who=wrong").who).toBe("wrong");
});

test("filters travel as the route names them", () => {
  const query = toQuery(read("first=0&second=1&who=differ&error=busy&labelled=no&search=river"));
  expect(query).toMatchObject({
    first: 0,
    second: 1,
    who: "differ",
    error_kind: "busy",
    labelled: false,
    search: "river",
  });
});

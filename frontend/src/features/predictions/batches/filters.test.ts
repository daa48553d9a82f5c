import { describe, expect, it } from "vitest";
import { isFiltered, readFilters, withFilters, withoutFilters } from "./filters";

const params = new URLSearchParams("id=b1&tab=results&search=đẹp&class=5&sort=confidence&at=12");

describe("filters in the address", () => {
  it("are read by their names; what is not theirs is left", () => {
    expect(readFilters(params)).toEqual({ search: "đẹp", class: "5", sort: "confidence" });
  });

  it("close the open row when they change, and keep everything else", () => {
    const next = withFilters(params, { class: "", only: "failed" });
    expect(Object.fromEntries(next)).toEqual({
      id: "b1",
      tab: "results",
      search: "đẹp",
      sort: "confidence",
      only: "failed",
    });
    expect(params.get("at")).toBe("12");
  });

  it("are cleared without losing the order", () => {
    expect(Object.fromEntries(withoutFilters(params))).toEqual({ id: "b1", tab: "results", sort: "confidence" });
    expect(isFiltered(readFilters(withoutFilters(params)))).toBe(false);
    expect(isFiltered({ search: "x" })).toBe(true);
  });
});

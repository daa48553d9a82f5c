import { describe, expect, it } from "vitest";
import { fitted } from "./chart";

describe("fitting a chart to its box", () => {
  it("fits both ways when the height is a number", () => {
    expect(fitted({ width: "container", height: 200 })).toMatchObject({ autosize: { type: "fit" } });
  });

  it("leaves a height in steps to grow with the names", () => {
    expect(fitted({ width: "container", height: { step: 18 } })).toMatchObject({
      width: "container",
      autosize: { type: "fit-x" },
    });
    expect(fitted({})).toMatchObject({ autosize: { type: "fit-x" } });
  });

  it("leaves a chart alone that says its own width or is made of several", () => {
    expect(fitted({ width: 300 })).toEqual({ width: 300 });
    expect(fitted({ hconcat: [] })).toEqual({ hconcat: [] });
  });
});

import { describe, expect, it } from "vitest";
import { actionOf, classOfDigit } from "./keys";

const key = (name: string, held: object = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});
const stars = ["1", "2", "3", "4", "5"];

describe("keys in the results", () => {
  it("correct to the class of that name, or to the one in that place", () => {
    expect(classOfDigit(stars, "4")).toBe("4");
    expect(classOfDigit(["0", "1"], "1")).toBe("1");
    expect(classOfDigit(["no", "yes"], "2")).toBe("yes");
    expect(actionOf(key("2"), ["no", "yes"], 20)).toEqual({ correct: "yes" });
    expect(actionOf(key("7"), stars, 20)).toBeNull();
    expect(actionOf(key("0"), ["no", "yes"], 20)).toBeNull();
  });

  it("do nothing to numbers, which have no classes", () => {
    expect(actionOf(key("3"), null, 20)).toBeNull();
  });

  it("move, close and choose; what the browser means by a key is left to it", () => {
    expect(actionOf(key("j"), stars, 20)).toEqual({ rows: 1 });
    expect(actionOf(key("PageUp"), stars, 20)).toEqual({ rows: -20 });
    expect(actionOf(key("End"), stars, 20)).toEqual({ to: "last" });
    expect(actionOf(key("c"), stars, 20)).toBe("choose");
    expect(actionOf(key("c", { ctrlKey: true }), stars, 20)).toBe("copy");
    expect(actionOf(key("1", { altKey: true }), stars, 20)).toBeNull();
    expect(actionOf(key("Tab"), stars, 20)).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import { cardOf, node } from "./fixtures";
import { tellingLine } from "./telling";

const card = {
  ...cardOf("train"),
  telling: ["engine", "method", "test_fraction", "columns", "target", "group_column", "conditions"],
  schema: {
    properties: {
      method: { default: "random" },
      test_fraction: { default: 0.2 },
      columns: { default: null },
      group_column: { "x-when": { method: ["group"] } },
    },
  },
};
const names = new Map([["random_forest", "Random forest"]]);
const line = (parameters: Record<string, unknown>) => tellingLine(card, { ...node("n", "train"), parameters }, names);

describe("the telling line", () => {
  it("shows defaults, and nothing for what is not chosen", () => {
    expect(line({})).toBe("random · test fraction 0.2");
  });

  it("names engines and counts long lists", () => {
    expect(line({ engine: { kind: "random_forest", max_depth: 3 }, columns: ["a", "b", "c"] })).toBe(
      "Random forest · random · test fraction 0.2 · 3 columns",
    );
  });

  it("says how many conditions there are, and nothing of what does not apply", () => {
    expect(line({ conditions: [{ column: "age" }] })).toBe("random · test fraction 0.2 · 1 condition");
    expect(line({ conditions: [{}, {}], group_column: "city" })).toBe("random · test fraction 0.2 · 2 conditions");
    expect(line({ method: "group", group_column: "city" })).toBe("group · test fraction 0.2 · city");
  });

  it("points at the target", () => {
    expect(line({ target: "price", method: "time" })).toBe("time · test fraction 0.2 · → price");
  });
});

import { describe, expect, it } from "vitest";
import { graph, node } from "./fixtures";
import { fragmentOf } from "./fragment";
import { freeOffset, sizeOf, spoken } from "./surroundings";

const far = { ...graph, nodes: graph.nodes.map((each, n) => ({ ...each, position: { x: n * 320, y: 0 } })) };

describe("where a paste goes", () => {
  it("is beside the original, and never on top of anything", () => {
    const fragment = fragmentOf(far, new Set(["s"]));
    expect(freeOffset(far, fragment, null)).toEqual({ x: 32, y: 32 });
    const again = { ...far, nodes: [...far.nodes, node("copy", "split", 352, 32)] };
    expect(freeOffset(again, fragment, null)).toEqual({ x: 64, y: 64 });
  });

  it("is under the pointer when there is one", () => {
    const fragment = fragmentOf(far, new Set(["s"]));
    expect(freeOffset(far, fragment, { x: 420, y: 1048 })).toEqual({ x: 0, y: 1000 });
  });
});

describe("what is said of a node", () => {
  const state = {
    freshness: "stale",
    state: "succeeded" as const,
    seconds: 1,
    n_rows: 1_234_567,
    n_columns: 8,
    reason: "The dataset was replaced.",
    findings: [
      { rule: "leak", severity: "warning" as const, message: "'age' tells the target.", columns: ["age"] },
      { rule: "note", severity: "info" as const, message: "Fine.", columns: [] },
    ],
  };

  it("is how it went, why it is out of date, and what it found", () => {
    expect(spoken(state, [])).toBe(", Done, Out of date, The dataset was replaced., 'age' tells the target.");
    expect(spoken(undefined, [])).toBe(", Not run");
  });

  it("is how large its table is, in short when it is large", () => {
    expect(sizeOf(state)).toBe("1.23M × 8");
    expect(sizeOf({ n_rows: 344, n_columns: null })).toBe("344");
    expect(sizeOf({ n_rows: null, n_columns: 8 })).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import { graph, join, node } from "./fixtures";
import { arrange } from "./layout";

describe("arranging", () => {
  it("puts two branches beside each other, on the grid, without overlap", () => {
    const forked = {
      ...graph,
      nodes: [...graph.nodes, node("t2", "train")],
      connections: [...graph.connections, join("c", "t2")],
    };
    const at = arrange(forked);
    expect(at.get("t")?.x).toBe(at.get("t2")?.x);
    expect(at.get("t")?.y).not.toBe(at.get("t2")?.y);
    expect(new Set([...at.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(6);
    expect([...at.values()].every(({ x, y }) => x >= 0 && y >= 0)).toBe(true);
  });

  it("ends also when there is a circle", () => {
    expect(arrange({ ...graph, connections: [...graph.connections, join("t", "d")] }).size).toBe(5);
  });
});

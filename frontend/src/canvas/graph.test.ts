import { describe, expect, it } from "vitest";
import { cardOf, graph, join, node } from "./fixtures";
import {
  connect,
  downstream,
  fragmentOf,
  makeNode,
  meaning,
  moveNodes,
  newNodeId,
  nodeIds,
  paste,
  remove,
} from "./graph";

describe("node ids", () => {
  it("never repeats, also beside ids of another session", () => {
    const taken = new Set(["n1", "n2"]);
    const made = Array.from({ length: 500 }, () => {
      const { id } = makeNode(cardOf("split"), { x: 0, y: 0 }, taken);
      expect(taken.has(id)).toBe(false);
      taken.add(id);
      return id;
    });
    expect(new Set(made).size).toBe(500);
    expect(newNodeId()).not.toBe(newNodeId());
  });
});

describe("edits", () => {
  it("replaces what fed the input before", () => {
    const next = connect(graph, join("d", "t"));
    expect(next.connections.filter((c) => c.to_node === "t")).toEqual([join("d", "t")]);
    expect(graph.connections).toHaveLength(4);
  });

  it("takes the connections of a removed node along", () => {
    const next = remove(graph, new Set(["s"]), new Set());
    expect(next.connections).toEqual([join("c", "t"), join("t", "e", "model")]);
  });

  it("puts new nodes on the grid", () => {
    expect(makeNode(cardOf("split"), { x: 13, y: 41 }, new Set()).position).toEqual({ x: 16, y: 48 });
  });

  it("keeps nodes that did not move as they are", () => {
    const next = moveNodes(graph, new Map([["s", { x: 32, y: 0 }]]));
    expect(next.nodes[0]).toBe(graph.nodes[0]);
    expect(next.nodes[1]?.position.x).toBe(32);
  });
});

describe("copy and paste", () => {
  it("keeps inner connections, drops outer ones and renames everything", () => {
    const fragment = fragmentOf(graph, new Set(["s", "c"]));
    expect(fragment.connections).toEqual([join("s", "c")]);
    const { graph: next, added } = paste(graph, fragment, { x: 32, y: 32 });
    expect(nodeIds(next).size).toBe(7);
    const [split, scale] = added;
    expect(next.connections.at(-1)).toEqual(join(split as string, scale as string));
  });

  it("does not share parameters with the original", () => {
    const original = { ...node("a", "split"), parameters: { columns: ["x"] } };
    const { graph: next } = paste(graph, { nodes: [original], connections: [] }, { x: 0, y: 0 });
    expect(next.nodes.at(-1)?.parameters).toEqual({ columns: ["x"] });
    expect(next.nodes.at(-1)?.parameters.columns).not.toBe(original.parameters.columns);
  });
});

describe("reading", () => {
  it("walks downstream, also through a circle", () => {
    const circle = { ...graph, connections: [...graph.connections, join("c", "s")] };
    expect([...downstream(circle, "s")].sort()).toEqual(["c", "e", "s", "t"]);
  });

  it("calls two graphs equal that differ only in where nodes stand", () => {
    expect(meaning(moveNodes(graph, new Map([["s", { x: 99, y: 0 }]])))).toBe(meaning(graph));
    expect(meaning(remove(graph, new Set(["e"]), new Set()))).not.toBe(meaning(graph));
  });
});

import { describe, expect, it } from "vitest";
import { cardOf, graph, group, join, note } from "./fixtures";
import { connect, downstream, makeNode, meaning, move, newId, remove } from "./graph";

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
    expect(newId("n")).not.toBe(newId("n"));
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

  it("takes a removed node out of its group, and a group without members away", () => {
    const grouped = { ...graph, notes: [note("t1")], groups: [group("g1", ["s", "t1"]), group("g2", ["c"])] };
    const next = remove(grouped, new Set(["s", "c"]), new Set());
    expect(next.groups).toEqual([group("g1", ["t1"])]);
    expect(remove(grouped, new Set(["g1"]), new Set())).toEqual({ ...grouped, groups: [group("g2", ["c"])] });
  });

  it("puts new nodes on the grid", () => {
    expect(makeNode(cardOf("split"), { x: 13, y: 41 }, new Set()).position).toEqual({ x: 16, y: 48 });
  });

  it("keeps nodes that did not move as they are", () => {
    const next = move(graph, new Map([["s", { x: 32, y: 0 }]]));
    expect(next.nodes[0]).toBe(graph.nodes[0]);
    expect(next.nodes[1]?.position.x).toBe(32);
    expect(move(graph, new Map([["s", { x: 0, y: 0 }]]))).toBe(graph);
  });
});

describe("reading", () => {
  it("walks downstream, also through a circle", () => {
    const circle = { ...graph, connections: [...graph.connections, join("c", "s")] };
    expect([...downstream(circle, "s")].sort()).toEqual(["c", "e", "s", "t"]);
  });

  it("calls two graphs equal that differ only in where nodes stand", () => {
    expect(meaning(move(graph, new Map([["s", { x: 99, y: 0 }]])))).toBe(meaning(graph));
    expect(meaning(remove(graph, new Set(["e"]), new Set()))).not.toBe(meaning(graph));
  });
});

import { describe, expect, it } from "vitest";
import { graph, group, join, node, note } from "./fixtures";
import { move } from "./graph";
import { arrange } from "./layout";
import { contains, frameOf } from "./rectangles";

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

  it("leaves what is not chosen where it is, and the chosen part in its corner", () => {
    const far = { ...graph, nodes: graph.nodes.map((each, n) => ({ ...each, position: { x: 800, y: 160 * n } })) };
    const at = arrange(far, {}, new Set(["s", "c"]));
    expect([...at.keys()]).toEqual(["s", "c"]);
    expect(at.get("s")).toEqual({ x: 800, y: 160 });
    expect(at.get("c")?.x).toBeGreaterThan(1000);
  });

  it("keeps a note beside its node, and a group apart from the others", () => {
    const noted = {
      ...graph,
      nodes: [...graph.nodes, node("f", "split")].map((each, n) => ({ ...each, position: { x: 0, y: 300 * n } })),
      connections: [...graph.connections, join("d", "f")],
      notes: [note("t1", 0, 1020)],
      groups: [group("g1", ["s", "c"])],
    };
    const at = arrange(noted);
    const [train, remark] = [at.get("t"), at.get("t1")];
    expect([(remark?.x ?? 0) - (train?.x ?? 0), (remark?.y ?? 0) - (train?.y ?? 0)]).toEqual([0, 120]);
    const placed = move(noted, at);
    const frame = frameOf(placed, {}, { members: ["s", "c"], is_collapsed: false });
    const outsiders = placed.nodes.filter(({ id }) => !["s", "c"].includes(id));
    expect(outsiders.filter(({ position }) => frame && contains(frame, position))).toEqual([]);
  });

  it("places a collapsed group as one card", () => {
    const folded = { ...graph, groups: [group("g1", ["s", "c"], true)] };
    const at = arrange(folded);
    expect(at.get("s")).toEqual(at.get("c"));
    expect(at.get("t")?.x).toBeGreaterThan(at.get("s")?.x ?? 0);
  });

  it("ends also when there is a circle", () => {
    expect(arrange({ ...graph, connections: [...graph.connections, join("t", "d")] }).size).toBe(5);
  });
});

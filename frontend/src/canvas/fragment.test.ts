import { describe, expect, it } from "vitest";
import { graph, group, join, node, note } from "./fixtures";
import { type Fragment, fragmentOf, fromText, put, toText } from "./fragment";
import { nodeIds } from "./graph";

const noted = { ...graph, notes: [note("t1")], groups: [group("g1", ["s", "c", "t1"])] };

describe("cutting out", () => {
  it("takes inner connections and whole groups, and leaves outer ones", () => {
    expect(fragmentOf(noted, new Set(["s", "c"]))).toEqual({
      nodes: [graph.nodes[1], graph.nodes[2]],
      connections: [join("s", "c")],
      notes: [],
      groups: [],
    });
  });

  it("takes what is in a frame with the frame", () => {
    const fragment = fragmentOf(noted, new Set(["g1"]));
    expect(fragment.nodes.map(({ id }) => id)).toEqual(["s", "c"]);
    expect(fragment.notes).toEqual(noted.notes);
    expect(fragment.groups).toEqual(noted.groups);
  });
});

describe("putting in", () => {
  it("renames everything and keeps what belonged together", () => {
    const { graph: next, added } = put(noted, fragmentOf(noted, new Set(["g1"])), { x: 32, y: 32 });
    expect(nodeIds(next).size).toBe(7);
    const [split, scale, remark] = added as [string, string, string];
    expect(next.connections.at(-1)).toEqual(join(split, scale));
    expect(next.groups.at(-1)?.members).toEqual([split, scale, remark]);
    expect(new Set(next.groups.map(({ id }) => id)).size).toBe(2);
  });

  it("does not share parameters with the original", () => {
    const original = { ...node("a", "split"), parameters: { columns: ["x"] } };
    const fragment = { nodes: [original], connections: [], notes: [], groups: [] };
    const { graph: next } = put(graph, fragment, { x: 0, y: 0 });
    expect(next.nodes.at(-1)?.parameters).toEqual({ columns: ["x"] });
    expect(next.nodes.at(-1)?.parameters.columns).not.toBe(original.parameters.columns);
  });
});

describe("text", () => {
  const whole: Fragment = fragmentOf(noted, new Set(noted.nodes.map(({ id }) => id).concat("t1")));

  it("is read as it was written", () => {
    expect(fromText(toText(whole))).toEqual(whole);
  });

  it("may be a whole workflow as it is exported", () => {
    expect(fromText(JSON.stringify({ name: "Mine", version: 1, graph: noted }))?.nodes).toEqual(noted.nodes);
  });

  it.each([
    ["prose", "Hello"],
    ["nothing", ""],
    ["a list", "[1, 2]"],
    ["broken JSON", '{"nodes": ['],
    ["another document", '{"name": "x"}'],
    ["no nodes", '{"nodes": [], "notes": []}'],
    [
      "nodes that are none",
      '{"nodes": [1, null, {"id": 3, "kind": "split"}, {"id": "", "kind": "split"}, {"id": "a"}]}',
    ],
    ["too much", `{"nodes": [], "x": "${"y".repeat(5_000_000)}"}`],
  ])("is refused when it is %s", (_, text) => {
    expect(fromText(text)).toBeNull();
  });

  it("is mended where it can be", () => {
    const text = JSON.stringify({
      nodes: [
        { id: "a", kind: "split", parameters: [1], title: 7, position: { x: "left", y: 1e300 } },
        { id: "b", kind: "not here", parameters: { seed: 1 } },
        { id: "b", kind: "scale", extra: true },
      ],
      notes: [{ id: "t", text: "x".repeat(9000), width: -4 }],
      connections: [join("a", "b"), join("gone", "b"), join("a", "a"), { from_node: "a" }],
      groups: [group("g", ["a", "gone"]), group("h", ["a"]), { id: "i" }],
    });
    const read = fromText(text);
    expect(read?.nodes).toEqual([
      { id: "a", kind: "split", parameters: {}, title: null, position: { x: 0, y: 1e6 } },
      { id: "b", kind: "scale", parameters: {}, title: null, position: { x: 0, y: 0 } },
    ]);
    expect(read?.connections).toEqual([join("a", "b")]);
    expect(read?.notes[0]).toMatchObject({ width: 96, height: 112 });
    expect(read?.notes[0]?.text).toHaveLength(5000);
    expect(read?.groups).toEqual([group("g", ["a"])]);
  });

  it("cannot reach beyond the document", () => {
    const text = '{"nodes": [{"id": "a", "kind": "split", "parameters": {"__proto__": {"polluted": true}}}]}';
    const { graph: next } = put(graph, fromText(text) as Fragment, { x: 0, y: 0 });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(next.nodes.at(-1)?.kind).toBe("split");
  });
});

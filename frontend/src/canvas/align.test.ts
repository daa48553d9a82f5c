import { describe, expect, it } from "vitest";
import { ALIGNMENTS, type Alignment, align } from "./align";
import { graph, group, node, note } from "./fixtures";
import { move } from "./graph";
import { rectangleOf } from "./rectangles";

const sizes = { s: { width: 200, height: 80 }, c: { width: 200, height: 120 }, t: { width: 200, height: 100 } };
const scattered = {
  ...graph,
  nodes: [node("s", "split", 0, 32), node("c", "scale", 320, 0), node("t", "train", 900, 160)],
  notes: [note("t1", 64, 400)],
};
const aligned = (how: Alignment, ids = ["s", "c", "t"]) => {
  const next = move(scattered, align(scattered, sizes, new Set(ids), how));
  return ids.map((id) => rectangleOf(next, sizes, id) ?? { x: 0, y: 0, width: 0, height: 0 });
};

describe("lining up", () => {
  it("brings edges and middles to one line", () => {
    expect(aligned("left").map(({ x }) => x)).toEqual([0, 0, 0]);
    expect(aligned("right").map(({ x, width }) => x + width)).toEqual([1100, 1100, 1100]);
    expect(aligned("centre", ["s", "t1"]).map(({ x, width }) => x + width / 2)).toEqual([136, 136]);
    expect(aligned("top").map(({ y }) => y)).toEqual([0, 0, 0]);
    expect(aligned("bottom").map(({ y, height }) => y + height)).toEqual([260, 260, 260]);
    expect(aligned("middle").map(({ y, height }) => y + height / 2)).toEqual([130, 130, 130]);
  });

  it("leaves the same gap between neighbours", () => {
    expect(aligned("across").map(({ x }) => x)).toEqual([0, 450, 900]);
    const [s, c, t] = aligned("down").map(({ y, height }) => [y, y + height]) as [number[], number[], number[]];
    expect((s[0] as number) - (c[1] as number)).toBe((t[0] as number) - (s[1] as number));
  });

  it("needs two things, three to distribute", () => {
    for (const how of ALIGNMENTS) expect(align(scattered, sizes, new Set(["s"]), how).size).toBe(0);
    expect(align(scattered, sizes, new Set(["s", "c"]), "across").size).toBe(0);
  });

  it("moves a frame as one, with what is in it", () => {
    const grouped = { ...scattered, groups: [group("g1", ["s", "c"])] };
    const to = align(grouped, sizes, new Set(["g1", "t"]), "bottom");
    expect((to.get("s")?.y ?? 0) - (to.get("c")?.y ?? 0)).toBe(32);
    const next = move(grouped, to);
    const bottoms = ["g1", "t"].map((id) => rectangleOf(next, sizes, id)).map((box) => box && box.y + box.height);
    expect(bottoms[0]).toBe(bottoms[1]);
  });
});

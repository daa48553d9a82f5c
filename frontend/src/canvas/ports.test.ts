import { describe, expect, it } from "vitest";
import { cards, graph, join, node } from "./fixtures";
import { choices, judge, judgeDrop } from "./ports";

describe("judging a connection", () => {
  it("accepts a port of the same shape", () => {
    const free = { ...graph, connections: [] };
    expect(judge(free, cards, join("d", "s"))).toEqual({ allowed: true, reason: "Takes rows." });
  });

  it("says that it replaces what was there", () => {
    expect(judge(graph, cards, join("d", "t"))).toEqual({
      allowed: true,
      reason: "Replaces the connection from Scale.",
    });
  });

  it.each([
    ["another shape", { ...join("d", "e"), to_port: "model" }, "Evaluate takes a model; Dataset gives rows."],
    ["itself", join("s", "s"), "A node cannot feed itself."],
    ["a circle", join("c", "s"), "Split already leads to Scale: this would make a circle."],
    ["the same again", join("d", "s"), "These two are connected already."],
    [
      "an input as start",
      { ...join("s", "c"), from_port: "nothing" },
      "Connect an output (right side) to an input (left side).",
    ],
  ])("refuses %s", (_, wanted, reason) => {
    expect(judge(graph, cards, wanted)).toEqual({ allowed: false, reason });
  });

  it("refuses a kind that this version does not know", () => {
    const strange = { ...graph, nodes: [...graph.nodes, node("x", "from_tomorrow")] };
    expect(judge(strange, cards, join("d", "x")).reason).toContain("from_tomorrow");
  });

  it("judges a drag that started at the input the same way", () => {
    const start = { node: "t", port: "table", side: "input" as const };
    expect(judgeDrop(graph, cards, start, { node: "d", port: "table", side: "output" }).allowed).toBe(true);
    expect(judgeDrop(graph, cards, start, { node: "s", port: "table", side: "input" }).allowed).toBe(false);
  });
});

describe("the keyboard list", () => {
  it("offers every pair, allowed ones first, refused ones with the reason", () => {
    const list = choices(graph, cards, "s");
    const firstRefused = list.findIndex((choice) => !choice.allowed);
    expect(list.slice(firstRefused).every((choice) => !choice.allowed && choice.reason)).toBe(true);
    expect(list.filter((choice) => choice.allowed).map((choice) => choice.label)).toEqual(["Train"]);
  });
});

import { expect, it } from "vitest";
import { type MadeBlock, noVariant, withEvent } from "./variants";

const block = (i: number, text: string): MadeBlock => ({
  i,
  kind: "paragraph",
  level: null,
  language: null,
  start: 0,
  end: 1,
  state: "made",
  text,
  doubts: [],
});
const events: [string, unknown][] = [
  ["meta", {}],
  ["block", block(2, "kept")],
  ["delta", { i: 0, text: "Wri" }],
  ["delta", { i: 0, text: "ting" }],
  ["delta", { i: 1, text: "…" }],
  ["block", block(0, "Written.")],
];

it("keeps blocks in the order of the page, each in the place of what was being written of it", () => {
  const variant = events.reduce((now, [kind, data]) => withEvent(now, { id: null, kind, data }), noVariant);
  expect(variant.blocks.map(({ text }) => text)).toEqual(["Written.", "kept"]);
  expect(variant.deltas).toEqual({ 1: "…" });
  const done = withEvent(variant, { id: null, kind: "done", data: { is_cached: true } });
  expect(done).toMatchObject({ isWhole: true, isCached: true, deltas: {} });
});

import { describe, expect, it } from "vitest";
import type { Reason } from "@/api/types";
import { markedText, strength } from "./marks";

const reason = (contribution: number, ...spans: [number, number][]): Reason => ({
  feature: "w",
  column: "review",
  value: null,
  contribution,
  spans,
});

describe("marks in a text", () => {
  it("leave every letter where it was", () => {
    const text = "Giày rất đẹp, giao nhanh";
    const pieces = markedText(text, [reason(0.5, [9, 12]), reason(-0.2, [14, 18])]);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces.filter((piece) => piece.contribution !== 0).map((piece) => piece.text)).toEqual(["đẹp", "giao"]);
  });

  it("count emoji as one place, as the server does", () => {
    const pieces = markedText("👍👍 good", [reason(1, [3, 7])]);
    expect(pieces.at(-1)).toEqual({ text: "good", start: 3, contribution: 1 });
  });

  it("show the stronger of two that share letters", () => {
    const pieces = markedText("not good", [reason(0.1, [4, 8]), reason(-0.7, [0, 8])]);
    expect(pieces).toEqual([{ text: "not good", start: 0, contribution: -0.7 }]);
  });

  it("leave out places that the text does not have", () => {
    expect(markedText("ok", [reason(1, [1, 9], [-1, 1], [1, 1])])).toEqual([{ text: "ok", start: 0, contribution: 0 }]);
    expect(markedText("", [reason(1, [0, 1])])).toEqual([]);
  });

  it("say how strong one is beside the strongest", () => {
    const reasons = [reason(-2), reason(1)];
    expect(reasons.map(({ contribution }) => strength(contribution, reasons))).toEqual([1, 0.5]);
    expect(strength(0, [])).toBe(0);
  });
});

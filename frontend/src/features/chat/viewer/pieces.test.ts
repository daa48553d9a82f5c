import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block } from "../types";
import { lengthOf, piecesOf, readingOf, touches, wholeBlocks } from "./pieces";

const TEXT = "Cài đặt 🧭 nhanh\n\nChạy lệnh này.";

describe("places of a text", () => {
  it("are counted as the server counts them, also past characters that JavaScript counts twice", () => {
    const read = readingOf(TEXT);
    expect(read(10, 15)).toBe("nhanh");
    expect(lengthOf(TEXT)).toBe(Array.from(TEXT).length);
  });

  it("cut a block into what is before, in and after the stretch, and lose nothing", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", " ", "ệ", "🧭"), maxLength: 12 });
    fc.assert(
      fc.property(texts, fc.nat(14), fc.nat(14), fc.nat(14), fc.nat(14), (text, a, b, c, d) => {
        const points = Array.from(text);
        const [start, end] = [Math.min(a, b, points.length), Math.min(Math.max(a, b), points.length)];
        const pieces = piecesOf(readingOf(text), { start, end }, [Math.min(c, d), Math.max(c, d)]);
        expect(pieces.map((piece) => piece.text).join("")).toBe(points.slice(start, end).join(""));
        const marked = pieces.filter(({ isMarked }) => isMarked).map((piece) => piece.text);
        expect(marked.join("")).toBe(
          points.slice(Math.max(start, Math.min(c, d)), Math.min(end, Math.max(c, d))).join(""),
        );
      }),
    );
  });

  it("touch a block only where both overlap", () => {
    expect(touches({ start: 5, end: 10 }, [9, 12])).toBe(true);
    expect(touches({ start: 5, end: 10 }, [10, 12])).toBe(false);
    expect(touches({ start: 5, end: 10 }, null)).toBe(false);
  });
});

it("shows words that stand in no block", () => {
  const block = (start: number, end: number): Block => ({
    kind: "code",
    start,
    end,
    level: null,
    anchor: null,
    language: null,
    page: null,
  });
  const text = "ab\n\ncd\n\nef";
  const whole = wholeBlocks([block(4, 6)], text.length, readingOf(text));
  expect(whole.map(({ kind, start, end }) => [kind, start, end])).toEqual([
    ["paragraph", 0, 4],
    ["code", 4, 6],
    ["paragraph", 6, 10],
  ]);
});

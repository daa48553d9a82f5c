import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ROW_HEIGHT, scrollTo, windowAt } from "./row-window";

const VIEW = 680;

describe("the window of rows", () => {
  it("draws what is in view of a short list, and all of a shorter one", () => {
    expect(windowAt(3, 0, VIEW)).toEqual({ first: 0, end: 3, before: 0, after: 0 });
    const { first, end, before } = windowAt(10_000, 3400, VIEW);
    expect([first, end]).toEqual([92, 128]);
    expect(before).toBe(92 * ROW_HEIGHT);
  });

  it("reaches the last of a million rows", () => {
    const last = scrollTo(1_000_000, 999_999, 0, VIEW);
    expect(last).toBeLessThan(16_000_000);
    expect(windowAt(1_000_000, last, VIEW).end).toBe(1_000_000);
  });

  it("keeps its height wherever it is scrolled to", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (total, part) => {
        const height = Math.min(total * ROW_HEIGHT, 16_000_000);
        const { first, end, before, after } = windowAt(total, Math.max(0, height - VIEW) * part, VIEW);
        expect(before).toBeGreaterThanOrEqual(0);
        expect(after).toBeGreaterThanOrEqual(0);
        expect(before + (end - first) * ROW_HEIGHT + after).toBeCloseTo(Math.max(height, 0), 3);
        expect(end - first).toBeLessThan(40);
      }),
    );
  });

  it("brings a row into view and does not move for one that is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 3_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (total, part) => {
          const row = Math.floor((total - 1) * part);
          const at = scrollTo(total, row, 0, VIEW);
          const { first, end } = windowAt(total, at, VIEW);
          expect(first).toBeLessThanOrEqual(row);
          expect(end).toBeGreaterThan(row);
          expect(scrollTo(total, row, at, VIEW)).toBeCloseTo(at, 3);
        },
      ),
    );
  });
});

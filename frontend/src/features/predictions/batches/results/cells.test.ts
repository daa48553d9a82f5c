import { describe, expect, it } from "vitest";
import type { ResultRow } from "../types";
import { cellText, rowsAsCsv } from "./cells";

const row: ResultRow = {
  row: 7,
  inputs: { review: "=cmd|' /C calc'!A0", n: -3 },
  label: "@home",
  prediction: "5",
  confidence: 0.9,
  probabilities: null,
  is_sure: true,
  correct: null,
  error: null,
};

describe("cells", () => {
  it("draw the beginning of a very long text", () => {
    expect(cellText("x".repeat(100_000)).length).toBeLessThan(300);
    expect(cellText("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>");
    expect([cellText(null), cellText(""), cellText(0), cellText(false)]).toEqual(["–", "–", "0", "false"]);
  });

  it("are no formulas when they are copied; numbers stay numbers", () => {
    const [header, line] = rowsAsCsv([row], ["review", "n"]).split("\r\n");
    expect(header).toBe("row,review,n,label,prediction,confidence,correct,error");
    expect(line).toBe("7,'=cmd|' /C calc'!A0,-3,'@home,5,0.9,,");
  });
});

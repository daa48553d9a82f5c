import { expect, test } from "vitest";
import { toCsv } from "./csv";
import { fileName } from "./download";
import {
  formatBytes,
  formatCount,
  formatFraction,
  formatMetric,
  formatNumber,
  formatRelative,
  formatSeconds,
  formatValue,
  plural,
} from "./format";

test("a value that is not there is a dash, never 0", () => {
  for (const format of [formatCount, formatNumber, formatFraction, formatBytes, formatSeconds]) {
    expect(format(null)).toBe("–");
    expect(format(undefined)).toBe("–");
    expect(format(0)).not.toBe("–");
  }
  expect(formatNumber(Number.NaN)).toBe("–");
});

test("numbers keep what can be read of them", () => {
  expect(formatNumber(1234.5678)).toBe("1,235");
  expect(formatNumber(0.123456)).toBe("0.1235");
  expect(formatNumber(0.0000123)).toBe("1.23e-5");
  expect(formatNumber(Number.NEGATIVE_INFINITY)).toBe("−∞");
  expect(formatCount(1234567)).toBe("1,234,567");
});

test("a value of a row keeps a year in one piece", () => {
  expect(formatValue(2007)).toBe("2007");
  expect(formatValue(-93.644864)).toBe("−93.64");
  expect(formatValue(215_000)).toBe("215,000");
  expect(formatValue(null)).toBe("–");
});

test("a fraction is never rounded to nothing or to all", () => {
  expect(formatFraction(0)).toBe("0 %");
  expect(formatFraction(0.0004)).toBe("< 0.1 %");
  expect(formatFraction(0.9999)).toBe("> 99.9 %");
  expect(formatFraction(0.125)).toBe("12.5 %");
  expect(formatFraction(1)).toBe("100 %");
});

test("sizes and durations carry their unit", () => {
  expect(formatBytes(999)).toBe("999 B");
  expect(formatBytes(1_500_000)).toBe("1.5 MB");
  expect(formatSeconds(0.25)).toBe("250 ms");
  expect(formatSeconds(59.7)).toBe("1 min 0 s");
  expect(formatSeconds(7260)).toBe("2 h 1 min");
});

test("times are told from now", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  expect(formatRelative(new Date("2026-11-21T11:59:30Z"), now)).toBe("just now");
  expect(formatRelative(new Date("2026-11-21T09:00:00Z"), now)).toBe("3 hr. ago");
  expect(formatRelative(new Date("2026-11-20T11:00:00Z"), now)).toBe("yesterday");
});

test("plurals", () => {
  expect(plural(1, "row")).toBe("1 row");
  expect(plural(2, "row")).toBe("2 rows");
});

test("CSV quotes what must be quoted and leaves gaps empty", () => {
  expect(
    toCsv(
      ["a", "b"],
      [
        ['say "so"', null],
        ["x,y", 1.5],
      ],
    ),
  ).toBe('a,b\r\n"say ""so""",\r\n"x,y",1.5');
});

test("a file's name is taken by every file system", () => {
  expect(fileName("ROC / test: n = 40", "svg")).toBe("ROC-test-n-40.svg");
  expect(fileName("///", "csv")).toBe("modelyard.csv");
});

test("metrics can be compared digit by digit", () => {
  expect(formatMetric(0.448)).toBe("0.4480");
  expect(formatMetric(-0.0008059)).toBe("−0.0008");
  expect(formatMetric(-0.00000001)).toBe("0.0000");
  expect(formatMetric(12345.678)).toBe("12,346");
  expect(formatMetric(-502.81)).toBe("−502.8");
  expect(formatMetric(null)).toBe("–");
});

import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { ColumnChart } from "./column-chart";
import { columnOf } from "./fixtures";

test("a histogram has a bar per bin, each with its range and count; an empty bin has no height", () => {
  const column = columnOf({ histogram: { edges: [0, 10, 20, 30], counts: [4, 0, 2] } });
  const { container } = render(<ColumnChart column={column} />);
  expect(screen.getByRole("img", { name: "age: 0 to 30" })).toBeTruthy();
  expect([...container.querySelectorAll("rect")].map((bar) => bar.getAttribute("height"))).toEqual(["24", "0", "12"]);
  expect(container.querySelector("rect title")?.textContent).toBe("0 to 10: 4");
});

test("bins of a date column are days", () => {
  const day = 86_400_000;
  const column = columnOf({ name: "sold", kind: "date", histogram: { edges: [0, day, 2 * day], counts: [1, 1] } });
  render(<ColumnChart column={column} />);
  expect(screen.getByRole("img", { name: "sold: 1970-01-01 to 1970-01-03" })).toBeTruthy();
});

test("the most frequent values stand as bars, unless every value is there once", () => {
  const often = columnOf({
    name: "job",
    top_values: [
      { value: "fixed", count: 8 },
      { value: "free", count: 2 },
    ],
  });
  const { container, rerender } = render(<ColumnChart column={often} />);
  expect([...container.querySelectorAll("rect")].map((bar) => bar.getAttribute("width"))).toEqual(["120", "30"]);
  rerender(<ColumnChart column={columnOf({ top_values: [{ value: "a", count: 1 }] })} />);
  expect(container.innerHTML).toBe("");
});

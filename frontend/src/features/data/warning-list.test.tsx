import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { Warning } from "@/api/types";
import { WarningList } from "./warning-list";

const warning = (i: number, severity: Warning["severity"]): Warning => ({
  kind: "constant",
  severity,
  column: `c${i}`,
  message: `'c${i}' is constant.`,
  hint: "Drop it.",
});

test("the serious stand first, the rest is folded, and each leads to its column", async () => {
  const opened: string[] = [];
  const notes = [1, 2, 3, 4, 5, 6].map((i) => warning(i, "info"));
  render(<WarningList warnings={[...notes, warning(7, "warning")]} onColumn={(column) => opened.push(column)} />);
  const items = () => screen.getAllByRole("listitem");
  expect(items()).toHaveLength(5);
  expect(items()[0]?.textContent).toContain("'c7' is constant. Drop it.");
  await userEvent.click(screen.getByRole("button", { name: "Show all 7" }));
  expect(items()).toHaveLength(7);
  await userEvent.click(screen.getByRole("button", { name: "Show c7" }));
  expect(opened).toEqual(["c7"]);
});

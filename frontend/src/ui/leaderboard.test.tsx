import { fireEvent, render, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Trial } from "@/api/types";
import { bestFirst, Leaderboard, NarrowLeaderboard } from "./leaderboard";

const trial = (id: string, more: Partial<Trial>): Trial => ({
  id,
  label: id,
  state: "succeeded",
  metric: "AUC",
  higher_is_better: true,
  score: null,
  interval: null,
  fit_seconds: null,
  row_seconds: null,
  size_bytes: null,
  message: null,
  ...more,
});

const trials = [
  trial("killed", { state: "failed", message: "It took more than 512 MB." }),
  trial("forest", { score: 0.81, fit_seconds: 3, size_bytes: 5_000_000 }),
  trial("boosting", { score: 0.84, interval: [0.82, 0.86], fit_seconds: 9, row_seconds: 0.002, size_bytes: 90_000 }),
  trial("still fitting", { state: "running" }),
];
const order = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("cell")[0]?.textContent);

describe("the leaderboard", () => {
  it("has the best first and what failed last, with its reason", () => {
    render(<Leaderboard trials={trials} />);
    expect(order()).toEqual(["boosting", "forest", "still fitting", "killed"]);
    expect(screen.getByText("It took more than 512 MB.")).toBeTruthy();
    expect(screen.getByText("0.8200 to 0.8600")).toBeTruthy();
  });

  it("keeps scores, states and reasons in view where it is narrow", () => {
    render(<NarrowLeaderboard trials={trials} />);
    const rows = screen.getAllByRole("row").map((row) => row.textContent);
    expect(rows[0]).toContain("AUC");
    expect(rows[1]).toBe("boosting0.84000.8200 to 0.8600");
    expect(rows[3]).toBe("still fittingRunning–");
    expect(rows[4]).toContain("It took more than 512 MB.");
  });

  it("sorts by any figure, what has none last", () => {
    render(<Leaderboard trials={trials} />);
    fireEvent.click(screen.getByRole("button", { name: "Fit time" }));
    expect(order().slice(0, 2)).toEqual(["forest", "boosting"]);
    fireEvent.click(screen.getByRole("button", { name: "Size" }));
    expect(order().slice(0, 2)).toEqual(["boosting", "forest"]);
  });

  it("knows errors from gains", () => {
    const errors = [trial("a", { score: 2 }), trial("b", { score: 1 })].map((t) => ({ ...t, higher_is_better: false }));
    expect(bestFirst(errors).map(({ id }) => id)).toEqual(["b", "a"]);
  });
});

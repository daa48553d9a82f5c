import { render, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Report } from "@/api/types";
import { MetricList } from "./metric-list";
import { ReportTable } from "./report-table";

type Measured = Report["rows"][number]["metrics"][number];

const metric = (name: string, value: number | null, rest: Partial<Measured> = {}): Measured => ({
  name,
  label: name,
  value,
  split: "test",
  n: 100,
  higher_is_better: true,
  unavailable: null,
  baseline: null,
  boosting: null,
  interval: null,
  interval_unavailable: null,
  ...rest,
});

describe("metrics", () => {
  it("stand with their interval beside both baselines", () => {
    render(
      <MetricList metrics={[metric("Accuracy", 0.9, { interval: [0.85, 0.93], baseline: 0.6, boosting: 0.88 })]} />,
    );
    const cells = screen.getAllByRole("cell").map((cell) => cell.textContent);
    expect(cells).toEqual(["0.90000.8500 to 0.9300", "0.6000", "0.8800"]);
    expect(screen.getByRole("columnheader", { name: "Default boosting" })).toBeTruthy();
  });

  it("say why there is none", () => {
    render(
      <MetricList
        metrics={[
          metric("ROC AUC", null, { unavailable: "No row has the class 'yes'." }),
          metric("F1", 1, { interval_unavailable: "The rows do not differ." }),
        ]}
      />,
    );
    expect(screen.getByText("not available: No row has the class 'yes'.")).toBeTruthy();
    expect(screen.getByTitle("The rows do not differ.").textContent).toBe("no interval");
    expect(screen.queryByText("Baseline")).toBeNull();
  });
});

describe("a report by group", () => {
  const report: Report = {
    id: "groups",
    title: "By home",
    split: "test",
    n: 120,
    note: "Too few rows to measure: other.",
    rows: [
      { name: "owner", n: 60, note: null, metrics: [metric("accuracy", 0.9, { interval: [0.8, 0.95] })] },
      { name: "rent", n: 55, note: null, metrics: [metric("accuracy", 0.7)] },
      { name: "other", n: 5, note: "Too few rows: 5, at least 20 are needed.", metrics: [] },
    ],
    gaps: [
      {
        metric: "accuracy",
        label: "Accuracy",
        value: 0.2,
        interval: [0.05, 0.35],
        is_clear: true,
        high: "owner",
        low: "rent",
      },
    ],
  };

  it("counts small groups without measuring them, and names the largest gap", () => {
    render(<ReportTable report={report} />);
    const rows = screen.getAllByRole("row").slice(1);
    expect(within(rows[0] as HTMLElement).getByText("0.8000 to 0.9500")).toBeTruthy();
    expect(within(rows[2] as HTMLElement).getByText("Too few rows: 5, at least 20 are needed.")).toBeTruthy();
    expect(rows[3]?.textContent).toContain("0.2000 clear");
    expect(rows[3]?.textContent).toContain("owner − rent");
  });
});

import { expect, test } from "vitest";
import { foldEvent } from "./runs";
import type { Run } from "./types";

const run = {
  id: "run_1",
  state: "queued",
  attempts: 0,
  is_lost: false,
  progress_fraction: 0,
  message: "",
  steps: [],
  error: null,
  result: null,
} as unknown as Run;

const event = (kind: string, data: unknown) => ({ id: "1", kind, data });

test("events fold into the run as they come", () => {
  const running = foldEvent(run, event("state", { state: "running" }));
  const fitting = foldEvent(running, event("progress", { fraction: 0.4, message: "Fitting" }));
  const begun = foldEvent(fitting, event("step", { id: "fit", title: "Fit", state: "running" }));
  const done = foldEvent(begun, event("step", { id: "fit", state: "succeeded", seconds: 2 }));
  expect(done.state).toBe("running");
  expect(done.progress_fraction).toBe(0.4);
  expect(done.message).toBe("Fitting");
  expect(done.steps).toEqual([
    {
      id: "fit",
      title: "Fit",
      state: "succeeded",
      seconds: 2,
      n_rows: null,
      n_columns: null,
      message: null,
      trials: [],
      findings: [],
    },
  ]);
});

test("candidates fold into the leaderboard of their step", () => {
  const begun = foldEvent(run, event("step", { id: "search", title: "Search", state: "running" }));
  const first = foldEvent(begun, event("trial", { node: "search", id: "a", label: "Forest", state: "running" }));
  const second = foldEvent(first, event("trial", { node: "search", id: "b", label: "Linear", state: "running" }));
  const done = foldEvent(second, event("trial", { node: "search", id: "a", state: "succeeded", score: 0.8 }));
  expect(done.steps[0]?.title).toBe("Search");
  expect(done.steps[0]?.trials.map(({ id, label, state, score }) => [id, label, state, score])).toEqual([
    ["a", "Forest", "succeeded", 0.8],
    ["b", "Linear", "running", null],
  ]);
});

test("a failure brings its reason; an event of a newer version changes nothing", () => {
  const error = { message: "One class only.", hint: "Choose another target.", step: "fit" };
  expect(foldEvent(run, event("state", { state: "failed", error })).error).toEqual(error);
  expect(foldEvent(run, event("weather", { sun: true }))).toBe(run);
});

test("whoever takes a run over from a worker that died is its next attempt", () => {
  const lost = { ...run, state: "running", attempts: 1, is_lost: true } as Run;
  const taken = foldEvent(lost, event("state", { state: "running", attempt: 2 }));
  expect([taken.attempts, taken.is_lost]).toEqual([2, false]);
  expect(foldEvent(taken, event("state", { state: "running", attempt: 1 })).attempts).toBe(2);
});

import { describe, expect, it } from "vitest";
import type { NodeStateOut, Run } from "@/api/types";
import { nodeStates } from "./node-states";

const known = (freshness: NodeStateOut["freshness"], state: string | null): NodeStateOut => ({
  freshness,
  state,
  seconds: 1,
  n_rows: 10,
  n_columns: 2,
  run_id: "run_1",
  reason: null,
  findings: [],
});
const step = (id: string, state: string) => ({
  id,
  title: id,
  state,
  seconds: 2,
  n_rows: 5,
  n_columns: null,
  message: null,
});
const run = { steps: [step("a", "cached"), step("b", "running")] } as unknown as Run;

describe("how nodes stand", () => {
  it("shows what the server remembers when nothing runs", () => {
    const states = nodeStates({ a: known("stale", "succeeded") }, run, false, ["a", "c"]);
    expect(states.get("a")).toMatchObject({ freshness: "stale", state: "succeeded", n_rows: 10 });
    expect(states.get("c")).toMatchObject({ freshness: "never", state: null });
  });

  it("lays the run over it: done, at work, and still waiting", () => {
    const remembered = { a: known("stale", "succeeded"), b: known("stale", "succeeded"), c: known("never", null) };
    const states = nodeStates(remembered, run, true, ["a", "b", "c"]);
    expect(states.get("a")).toMatchObject({ freshness: "fresh", state: "cached", n_rows: 5, n_columns: 2 });
    expect(states.get("b")).toMatchObject({ freshness: "stale", state: "running" });
    expect(states.get("c")?.state).toBe("waiting");
  });

  it("leaves a node alone that needs no work", () => {
    expect(nodeStates({ a: known("fresh", "succeeded") }, null, true, ["a"]).get("a")?.state).toBe("succeeded");
  });
});

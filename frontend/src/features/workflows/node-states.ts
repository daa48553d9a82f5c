/** How each node stands: what the server remembers, with the run that is going on laid over it. */
import type { NodeStateOut, Run } from "@/api/types";
import type { NodeLook, NodeState } from "@/canvas/types";

const LOOKS: ReadonlySet<string> = new Set(["running", "succeeded", "failed", "cached", "skipped", "cancelled"]);
const look = (state: string | null): NodeLook | null =>
  state !== null && LOOKS.has(state) ? (state as NodeLook) : null;

export function nodeStates(
  known: Readonly<Record<string, NodeStateOut>> | undefined,
  run: Run | null | undefined,
  isLive: boolean,
  nodes: readonly string[],
): Map<string, NodeState> {
  const states = new Map<string, NodeState>();
  if (!known) return states;
  for (const id of nodes) {
    const { run_id: _, state, ...rest } = known[id] ?? NEVER;
    states.set(id, { ...rest, state: isLive && rest.freshness !== "fresh" ? "waiting" : look(state) });
  }
  for (const step of run?.steps ?? []) {
    const before = states.get(step.id);
    if (!before || !isLive) continue;
    states.set(step.id, {
      ...before,
      state: look(step.state),
      freshness: step.state === "succeeded" || step.state === "cached" ? "fresh" : before.freshness,
      seconds: step.seconds,
      n_rows: step.n_rows ?? before.n_rows,
      n_columns: step.n_columns ?? before.n_columns,
      reason: step.message,
      findings: step.state === "succeeded" ? step.findings : before.findings,
    });
  }
  return states;
}

const NEVER: NodeStateOut = {
  freshness: "never",
  state: null,
  seconds: null,
  n_rows: null,
  n_columns: null,
  run_id: null,
  reason: null,
  findings: [],
};

/** What the canvas works out about its nodes: their problems, what is said of them, where a new one goes. */
import { GRID, type NodeState, type Position, type Problem } from "./types";
import { words } from "./words";

export function groupByNode(problems: readonly Problem[]): Map<string, Problem[]> {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) groups.set(problem.node ?? "", [...(groups.get(problem.node ?? "") ?? []), problem]);
  return groups;
}

/** What a screen reader hears after a node's title. */
export function spoken(state: NodeState | undefined, problems: readonly Problem[]): string {
  const parts = [state?.state ? words.state[state.state] : words.state.never];
  if (state?.freshness === "stale") parts.push(words.state.stale, state.reason ?? "");
  parts.push(...problems.map((problem) => problem.message));
  return `, ${parts.filter(Boolean).join(", ")}`;
}

/** The wanted place, moved down until no node stands there. */
export function freePlace(taken: readonly Position[], wanted: Position): Position {
  const at = { ...wanted };
  while (taken.some((p) => Math.abs(p.x - at.x) < 12 * GRID && Math.abs(p.y - at.y) < 6 * GRID)) at.y += 7 * GRID;
  return at;
}

/** What the canvas works out about its nodes: their problems, what is said of them, where a new one goes. */
import { formatCompact, formatCount } from "@/lib/format";
import type { Fragment } from "./fragment";
import { union } from "./rectangles";
import { GRID, type GraphDocument, NODE_WIDTH, type NodeState, type Position, type Problem } from "./types";
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
  parts.push(...(state?.findings ?? []).filter(({ severity }) => severity !== "info").map(({ message }) => message));
  return `, ${parts.filter(Boolean).join(", ")}`;
}

/** Beyond this a count is shortened, so that it stays on one line. */
const SHORTEN_FROM = 100_000;

/** Rows × columns of the table at a node. */
export function sizeOf({ n_rows, n_columns }: Pick<NodeState, "n_rows" | "n_columns">): string | null {
  if (n_rows == null) return null;
  const rows = n_rows < SHORTEN_FROM ? formatCount(n_rows) : formatCompact(n_rows);
  return n_columns == null ? rows : `${rows} × ${formatCount(n_columns)}`;
}

/** The wanted place, moved down until no node stands there. */
export function freePlace(taken: readonly Position[], wanted: Position): Position {
  const at = { ...wanted };
  while (taken.some((p) => Math.abs(p.x - at.x) < 12 * GRID && Math.abs(p.y - at.y) < 6 * GRID)) at.y += 7 * GRID;
  return at;
}

const HIDDEN_WITHIN = 2 * GRID;

/** How far to move a fragment: its middle to `to`, or from where it stood, on until it covers nothing exactly. */
export function freeOffset(graph: GraphDocument, fragment: Fragment, to: Position | null): Position {
  const items = [...fragment.nodes, ...fragment.notes].map(({ position }) => position);
  const around = union(items.map((at) => ({ ...at, width: NODE_WIDTH, height: 6 * GRID })));
  const offset =
    to && around
      ? { x: to.x - around.x - around.width / 2, y: to.y - around.y - around.height / 2 }
      : { x: HIDDEN_WITHIN, y: HIDDEN_WITHIN };
  const taken = [...graph.nodes, ...graph.notes].map(({ position }) => position);
  const isHidden = () =>
    items.some((item) =>
      taken.some(
        (at) =>
          Math.abs(at.x - item.x - offset.x) < HIDDEN_WITHIN && Math.abs(at.y - item.y - offset.y) < HIDDEN_WITHIN,
      ),
    );
  while (isHidden()) {
    offset.x += HIDDEN_WITHIN;
    offset.y += HIDDEN_WITHIN;
  }
  return offset;
}

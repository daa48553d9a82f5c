/** Automatic arrangement: columns by distance from the start, rows ordered to keep connections short. */
import type { GraphDocument, Position } from "./types";
import { GRID, NODE_WIDTH } from "./types";

const COLUMN_STEP = NODE_WIDTH + 6 * GRID;
const ROW_STEP = 10 * GRID;

/** New positions for every node, left to right along the connections. */
export function arrange(graph: GraphDocument): Map<string, Position> {
  const columns = byColumn(graph, depths(graph));
  const rows = new Map<string, number>();
  for (const column of columns) {
    const wish = new Map(column.map((id) => [id, meanRow(graph, rows, id)]));
    column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
    column.forEach((id, index) => {
      rows.set(id, index - (column.length - 1) / 2);
    });
  }
  const top = Math.min(0, ...rows.values());
  return new Map(
    columns.flatMap((column, x) =>
      column.map((id) => [id, { x: x * COLUMN_STEP, y: ((rows.get(id) ?? 0) - top) * ROW_STEP }] as const),
    ),
  );
}

/** Longest path to each node; a circle (which the server reports as a problem) does not stop the walk. */
function depths(graph: GraphDocument): Map<string, number> {
  const depth = new Map(graph.nodes.map((node) => [node.id, 0]));
  for (let round = 0; round < graph.nodes.length; round += 1) {
    let changed = false;
    for (const c of graph.connections) {
      const wanted = Math.min((depth.get(c.from_node) ?? 0) + 1, graph.nodes.length);
      if (wanted > (depth.get(c.to_node) ?? 0)) {
        depth.set(c.to_node, wanted);
        changed = true;
      }
    }
    if (!changed) break;
  }
  return depth;
}

function byColumn(graph: GraphDocument, depth: Map<string, number>): string[][] {
  const columns = new Map<number, string[]>();
  for (const node of graph.nodes) {
    const x = depth.get(node.id) ?? 0;
    columns.set(x, [...(columns.get(x) ?? []), node.id]);
  }
  return [...columns.entries()].sort(([a], [b]) => a - b).map(([, ids]) => ids);
}

function meanRow(graph: GraphDocument, rows: Map<string, number>, id: string): number {
  const feeders = graph.connections.filter((c) => c.to_node === id).map((c) => rows.get(c.from_node) ?? 0);
  return feeders.length ? feeders.reduce((sum, row) => sum + row, 0) / feeders.length : 0;
}

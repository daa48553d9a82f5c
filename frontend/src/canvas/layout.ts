/** Automatic arrangement, left to right along the connections; groups stay together, notes beside what they stood by. */
import { Graph, layout } from "@dagrejs/dagre";
import { snap } from "./graph";
import { COLLAPSED, FRAME_HEAD, middleOf, rectangleOf, type Sizes, union } from "./rectangles";
import type { GraphDocument, Position, Size } from "./types";
import { GRID } from "./types";

const BETWEEN_COLUMNS = 7 * GRID;
const BETWEEN_ROWS = 3 * GRID;

/** New positions for nodes and notes: all of them, or those of `chosen`, whose upper left corner stays. */
export function arrange(graph: GraphDocument, sizes: Sizes = {}, chosen?: ReadonlySet<string>): Map<string, Position> {
  const part = chosen ? partOf(graph, chosen) : graph;
  if (part.nodes.length === 0) return new Map();
  const placed = placedNodes(part, sizes);
  const moved = onGrid(part, sizes, placed, chosen === undefined);
  return new Map([...moved, ...beside(part, sizes, moved)]);
}

/** The chosen nodes as a graph of their own. */
function partOf(graph: GraphDocument, chosen: ReadonlySet<string>): GraphDocument {
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => chosen.has(id)),
    notes: graph.notes.filter(({ id }) => chosen.has(id)),
    connections: graph.connections.filter((c) => chosen.has(c.from_node) && chosen.has(c.to_node)),
  };
}

/** Upper left corners as the library places them; a collapsed group is placed as one card. */
function placedNodes(graph: GraphDocument, sizes: Sizes): Map<string, Position> {
  const drawn = new Graph({ compound: true, multigraph: true });
  drawn.setGraph({ rankdir: "LR", nodesep: BETWEEN_ROWS, ranksep: BETWEEN_COLUMNS, marginx: 0, marginy: 0 });
  drawn.setDefaultEdgeLabel(() => ({}));
  const folded = new Map(
    graph.groups.filter((group) => group.is_collapsed).flatMap((group) => group.members.map((id) => [id, group.id])),
  );
  const standIn = (id: string) => folded.get(id) ?? id;
  const known = new Set(graph.nodes.map(({ id }) => id));
  for (const { id } of graph.nodes) {
    const size: Size = folded.has(id) ? COLLAPSED : (rectangleOf(graph, sizes, id) ?? COLLAPSED);
    drawn.setNode(standIn(id), { width: size.width, height: size.height });
  }
  for (const group of graph.groups.filter((each) => !each.is_collapsed)) {
    const members = group.members.filter((id) => known.has(id));
    if (members.length) drawn.setNode(group.id, { paddingTop: FRAME_HEAD });
    for (const id of members) drawn.setParent(id, group.id);
  }
  for (const c of graph.connections) {
    const [from, to] = [standIn(c.from_node), standIn(c.to_node)];
    if (known.has(c.from_node) && known.has(c.to_node) && from !== to) drawn.setEdge(from, to, {}, c.to_port);
  }
  layout(drawn);
  return cornersOf(graph, drawn, standIn);
}

function cornersOf(graph: GraphDocument, drawn: Graph, standIn: (id: string) => string): Map<string, Position> {
  const first = new Map<string, Position>();
  return new Map(
    graph.nodes.map(({ id, position }) => {
      const at = drawn.node(standIn(id)) as Required<Size & Position>;
      const corner = { x: at.x - at.width / 2, y: at.y - at.height / 2 };
      // Inside a collapsed group nodes keep their places among themselves.
      const anchor = first.get(standIn(id)) ?? position;
      first.set(standIn(id), anchor);
      return [id, { x: corner.x + position.x - anchor.x, y: corner.y + position.y - anchor.y }];
    }),
  );
}

function onGrid(graph: GraphDocument, sizes: Sizes, placed: Map<string, Position>, isAll: boolean) {
  const before = union(graph.nodes.flatMap(({ id }) => rectangleOf(graph, sizes, id) ?? []));
  const left = Math.min(...[...placed.values()].map(({ x }) => x));
  const top = Math.min(...[...placed.values()].map(({ y }) => y));
  const [dx, dy] = isAll || !before ? [-left, -top] : [before.x - left, before.y - top];
  return new Map([...placed].map(([id, { x, y }]) => [id, snap({ x: x + dx, y: y + dy })]));
}

/** A note goes where the node goes that it stood nearest to. */
function beside(graph: GraphDocument, sizes: Sizes, moved: ReadonlyMap<string, Position>): Map<string, Position> {
  return new Map(
    graph.notes.map((note) => {
      const from = middleOf({ ...note.position, width: note.width, height: note.height });
      const distance = (id: string) => {
        const to = middleOf(rectangleOf(graph, sizes, id) ?? { ...from, width: 0, height: 0 });
        return Math.hypot(to.x - from.x, to.y - from.y);
      };
      const nearest = [...graph.nodes].sort((a, b) => distance(a.id) - distance(b.id))[0];
      const to = nearest && moved.get(nearest.id);
      const shift = nearest && to ? { x: to.x - nearest.position.x, y: to.y - nearest.position.y } : { x: 0, y: 0 };
      return [note.id, { x: note.position.x + shift.x, y: note.position.y + shift.y }];
    }),
  );
}

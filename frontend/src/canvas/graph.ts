/** Pure edits of a graph document: each returns a new document and leaves the given one as it was. */
import {
  type Card,
  type ConnectionDocument,
  GRID,
  type GraphDocument,
  type GroupDocument,
  type NodeDocument,
  type NoteDocument,
  type Position,
} from "./types";

/** Random rather than counted, so that a reload, a copy or another tab can never hand out the same id again. */
export function newId(prefix: "n" | "t" | "g", taken: ReadonlySet<string> = new Set()): string {
  for (;;) {
    const id = `${prefix}_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
    if (!taken.has(id)) return id;
  }
}

export const nodeIds = (graph: GraphDocument) => new Set(graph.nodes.map((node) => node.id));

/** Ids of everything that can be selected: nodes, notes and groups. */
export const itemIds = (graph: GraphDocument) =>
  new Set([...graph.nodes, ...graph.notes, ...graph.groups].map((item) => item.id));

export const connectionId = (c: ConnectionDocument) => `${c.from_node}.${c.from_port}>${c.to_node}.${c.to_port}`;

export const snap = (at: Position): Position => ({
  x: Math.round(at.x / GRID) * GRID,
  y: Math.round(at.y / GRID) * GRID,
});

export function addNode(graph: GraphDocument, node: NodeDocument): GraphDocument {
  return { ...graph, nodes: [...graph.nodes, node] };
}

/** A node of the card's kind with nothing filled in: defaults are the server's to know. */
export function makeNode(card: Card, at: Position, taken: ReadonlySet<string>): NodeDocument {
  return { id: newId("n", taken), kind: card.kind, parameters: {}, title: null, position: snap(at) };
}

function changeNode(graph: GraphDocument, id: string, change: Partial<NodeDocument>): GraphDocument {
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)) };
}

export const setParameters = (graph: GraphDocument, id: string, parameters: Record<string, unknown>) =>
  changeNode(graph, id, { parameters });

export const setTitle = (graph: GraphDocument, id: string, title: string | null) => changeNode(graph, id, { title });

/** Nodes and notes at new places; what does not move stays the very same object, and so does the graph. */
export function move(graph: GraphDocument, positions: ReadonlyMap<string, Position>): GraphDocument {
  let changed = false;
  const moved = <T extends NodeDocument | NoteDocument>(item: T): T => {
    const position = positions.get(item.id);
    if (!position || (position.x === item.position.x && position.y === item.position.y)) return item;
    changed = true;
    return { ...item, position: { ...item.position, ...position } };
  };
  const next = { ...graph, nodes: graph.nodes.map(moved), notes: graph.notes.map(moved) };
  return changed ? next : graph;
}

/** Connect two ports; what fed the input before is replaced, since an input takes one connection. */
export function connect(graph: GraphDocument, added: ConnectionDocument): GraphDocument {
  const others = graph.connections.filter((c) => c.to_node !== added.to_node || c.to_port !== added.to_port);
  return { ...graph, connections: [...others, added] };
}

/** Without these nodes, notes, frames (what is in a frame stays) and connections. */
export function remove(
  graph: GraphDocument,
  items: ReadonlySet<string>,
  connections: ReadonlySet<string>,
): GraphDocument {
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => !items.has(node.id)),
    notes: graph.notes.filter((note) => !items.has(note.id)),
    connections: graph.connections.filter(
      (c) => !items.has(c.from_node) && !items.has(c.to_node) && !connections.has(connectionId(c)),
    ),
    groups: withoutMembers(
      graph.groups.filter((group) => !items.has(group.id)),
      items,
    ),
  };
}

/** Groups without these members; a group that has none left is gone. */
export function withoutMembers(groups: readonly GroupDocument[], gone: ReadonlySet<string>): GroupDocument[] {
  return groups.flatMap((group) => {
    if (!group.members.some((id) => gone.has(id))) return [group];
    const members = group.members.filter((id) => !gone.has(id));
    return members.length ? [{ ...group, members }] : [];
  });
}

/** All nodes that can be reached from `start` along connections, itself included. */
export function downstream(graph: GraphDocument, start: string): Set<string> {
  const reached = new Set([start]);
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const c of graph.connections) {
      if (c.from_node === id && !reached.has(c.to_node)) {
        reached.add(c.to_node);
        waiting.push(c.to_node);
      }
    }
  }
  return reached;
}

/** The document without what only the eye needs: two graphs with the same meaning are the same string. */
export function meaning(graph: GraphDocument): string {
  const nodes = graph.nodes.map(({ id, kind, parameters }) => ({ id, kind, parameters }));
  return JSON.stringify({ nodes, connections: graph.connections });
}

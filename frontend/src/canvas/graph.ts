/** Pure edits of a graph document: each returns a new document and leaves the given one as it was. */
import {
  type Card,
  type ConnectionDocument,
  GRID,
  type GraphDocument,
  type NodeDocument,
  type Position,
} from "./types";

export type Fragment = Pick<GraphDocument, "nodes" | "connections">;

/** Random rather than counted, so that a reload, a copy or another tab can never hand out the same id again. */
export function newNodeId(taken: ReadonlySet<string> = new Set()): string {
  for (;;) {
    const id = `n_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
    if (!taken.has(id)) return id;
  }
}

export const nodeIds = (graph: GraphDocument) => new Set(graph.nodes.map((node) => node.id));

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
  return { id: newNodeId(taken), kind: card.kind, parameters: {}, title: null, position: snap(at) };
}

function changeNode(graph: GraphDocument, id: string, change: Partial<NodeDocument>): GraphDocument {
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)) };
}

export const setParameters = (graph: GraphDocument, id: string, parameters: Record<string, unknown>) =>
  changeNode(graph, id, { parameters });

export const setTitle = (graph: GraphDocument, id: string, title: string | null) => changeNode(graph, id, { title });

export function moveNodes(graph: GraphDocument, positions: ReadonlyMap<string, Position>): GraphDocument {
  const moved = (node: NodeDocument) => {
    const position = positions.get(node.id);
    return position && (position.x !== node.position.x || position.y !== node.position.y)
      ? { ...node, position }
      : node;
  };
  return { ...graph, nodes: graph.nodes.map(moved) };
}

/** Connect two ports; what fed the input before is replaced, since an input takes one connection. */
export function connect(graph: GraphDocument, added: ConnectionDocument): GraphDocument {
  const others = graph.connections.filter((c) => c.to_node !== added.to_node || c.to_port !== added.to_port);
  return { ...graph, connections: [...others, added] };
}

export function remove(graph: GraphDocument, nodes: ReadonlySet<string>, connections: ReadonlySet<string>) {
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => !nodes.has(node.id)),
    connections: graph.connections.filter(
      (c) => !nodes.has(c.from_node) && !nodes.has(c.to_node) && !connections.has(connectionId(c)),
    ),
  };
}

/** The given nodes and the connections among them. */
export function fragmentOf(graph: GraphDocument, ids: ReadonlySet<string>): Fragment {
  return {
    nodes: graph.nodes.filter((node) => ids.has(node.id)),
    connections: graph.connections.filter((c) => ids.has(c.from_node) && ids.has(c.to_node)),
  };
}

/** Put a fragment into the graph under new ids; answers the document and the ids it added. */
export function paste(graph: GraphDocument, fragment: Fragment, offset: Position) {
  const taken = nodeIds(graph);
  const renamed = new Map<string, string>();
  for (const node of fragment.nodes) {
    const id = newNodeId(taken);
    taken.add(id);
    renamed.set(node.id, id);
  }
  const nodes = fragment.nodes.map((node) => ({
    ...structuredClone(node),
    id: renamed.get(node.id) as string,
    position: snap({ x: node.position.x + offset.x, y: node.position.y + offset.y }),
  }));
  const connections = fragment.connections
    .filter((c) => renamed.has(c.from_node) && renamed.has(c.to_node))
    .map((c) => ({
      ...c,
      from_node: renamed.get(c.from_node) as string,
      to_node: renamed.get(c.to_node) as string,
    }));
  return {
    graph: { ...graph, nodes: [...graph.nodes, ...nodes], connections: [...graph.connections, ...connections] },
    added: nodes.map((node) => node.id),
  };
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

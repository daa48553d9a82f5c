/** The graph document as React Flow draws it, and React Flow's changes as edits of the document. */
import type {
  Connection,
  Edge as DrawnConnection,
  EdgeChange as DrawnConnectionChange,
  Node,
  NodeChange,
} from "@xyflow/react";
import { connectionId } from "./graph";
import type { CanvasState, CanvasStore } from "./store";
import type { ConnectionDocument, GraphDocument, NodeDocument, Position } from "./types";
import { NODE_WIDTH } from "./types";

export type DrawnNode = Node<{ document: NodeDocument }, "card">;

export function drawnNodes(graph: GraphDocument, state: Pick<CanvasState, "selectedNodes" | "measured">): DrawnNode[] {
  return graph.nodes.map((document) => {
    const measured = state.measured[document.id];
    return {
      id: document.id,
      type: "card" as const,
      position: document.position,
      data: { document },
      selected: state.selectedNodes.has(document.id),
      width: NODE_WIDTH,
      ...(measured ? { measured } : {}),
    };
  });
}

/** `busy` are the nodes at work: the connections that feed them move. */
export function drawnConnections(
  graph: GraphDocument,
  selected: ReadonlySet<string>,
  label: (c: ConnectionDocument) => string,
  busy: ReadonlySet<string>,
): DrawnConnection[] {
  return graph.connections.map((c) => ({
    id: connectionId(c),
    source: c.from_node,
    sourceHandle: c.from_port,
    target: c.to_node,
    targetHandle: c.to_port,
    selected: selected.has(connectionId(c)),
    animated: busy.has(c.to_node),
    ariaLabel: label(c),
  }));
}

export const toDocument = (c: Connection | DrawnConnection): ConnectionDocument => ({
  from_node: c.source,
  from_port: c.sourceHandle ?? "",
  to_node: c.target,
  to_port: c.targetHandle ?? "",
});

/** Carry out what React Flow reports: sizes, moves and selection. Removal goes through the store's own keys. */
export function applyNodeChanges(store: CanvasStore, changes: NodeChange<DrawnNode>[]) {
  const moves = new Map<string, Position>();
  const selected = new Set(store.getState().selectedNodes);
  let dropped = false;
  for (const change of changes) {
    if (change.type === "dimensions" && change.dimensions) store.getState().measure(change.id, change.dimensions);
    if (change.type === "position" && change.position) moves.set(change.id, change.position);
    if (change.type === "position" && change.dragging === false) dropped = true;
    if (change.type === "select") toggle(selected, change.id, change.selected);
  }
  if (moves.size) store.getState().move(moves);
  if (dropped) store.getState().endStep();
  if (changes.some((change) => change.type === "select")) {
    store.getState().select(selected, store.getState().selectedConnections);
  }
}

export function applyConnectionChanges(store: CanvasStore, changes: DrawnConnectionChange[]) {
  const selected = new Set(store.getState().selectedConnections);
  const selections = changes.filter((change) => change.type === "select");
  for (const change of selections) toggle(selected, change.id, change.selected);
  if (selections.length) store.getState().select(store.getState().selectedNodes, selected);
}

function toggle(set: Set<string>, id: string, on: boolean) {
  if (on) set.add(id);
  else set.delete(id);
}

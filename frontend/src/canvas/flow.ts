/** The graph document as React Flow draws it, and React Flow's changes as edits of the document. */
import type {
  Connection,
  EdgeChange as DrawnConnectionChange,
  Edge as DrawnEdge,
  Node,
  NodeChange,
} from "@xyflow/react";
import { connectionId } from "./graph";
import { frameOf, rectangleOf } from "./rectangles";
import type { CanvasState, CanvasStore } from "./store";
import { graphOf } from "./store";
import type {
  ConnectionDocument,
  GraphDocument,
  GroupDocument,
  NodeDocument,
  NoteDocument,
  Position,
  Rectangle,
} from "./types";
import { NODE_WIDTH } from "./types";

export type DrawnCard = Node<{ document: NodeDocument }, "card">;
export type DrawnNote = Node<{ document: NoteDocument }, "note">;
export type DrawnFrame = Node<{ document: GroupDocument }, "frame">;
export type DrawnFolded = Node<{ document: GroupDocument }, "folded">;
export type DrawnNode = DrawnCard | DrawnNote | DrawnFrame | DrawnFolded;
/** What went along a connection in the latest run. */
export type Flow = { size: string | null; seconds: number | null };
export type DrawnConnection = DrawnEdge<Flow, "flow">;

/** One object for each document, so that a node that did not change is not drawn again. */
const DATA = new WeakMap<object, { document: unknown }>();

function dataOf<T extends object>(document: T): { document: T } {
  const known = DATA.get(document) ?? { document };
  DATA.set(document, known);
  return known as { document: T };
}

/** The ports of a collapsed group; they cannot be connected by hand. */
export const FOLDED_PORT = "folded";
const BEHIND = -1;

type Seen = Pick<CanvasState, "selectedNodes" | "measured">;

export function drawnNodes(graph: GraphDocument, state: Seen): DrawnNode[] {
  const hidden = new Set(graph.groups.filter((group) => group.is_collapsed).flatMap((group) => group.members));
  return [...drawnGroups(graph, state), ...drawnCards(graph, state), ...drawnNotes(graph, state)].filter(
    ({ id }) => !hidden.has(id),
  );
}

function drawnCards(graph: GraphDocument, { selectedNodes, measured }: Seen): DrawnCard[] {
  return graph.nodes.map((document) => ({
    id: document.id,
    type: "card",
    position: document.position,
    data: dataOf(document),
    selected: selectedNodes.has(document.id),
    zIndex: selectedNodes.has(document.id) ? 1 : 0,
    width: NODE_WIDTH,
    ...(measured[document.id] ? { measured: measured[document.id] } : {}),
  }));
}

function drawnNotes(graph: GraphDocument, { selectedNodes }: Seen): DrawnNote[] {
  return graph.notes.map((document) => ({
    id: document.id,
    type: "note",
    data: dataOf(document),
    selected: selectedNodes.has(document.id),
    ...sized({ ...document.position, width: document.width, height: document.height }),
  }));
}

function drawnGroups(graph: GraphDocument, { selectedNodes, measured }: Seen): (DrawnFrame | DrawnFolded)[] {
  return graph.groups.flatMap((document): (DrawnFrame | DrawnFolded)[] => {
    const frame = frameOf(graph, measured, document);
    if (!frame) return [];
    const common = {
      id: document.id,
      data: dataOf(document),
      selected: selectedNodes.has(document.id),
      ...sized(frame),
    };
    if (document.is_collapsed) return [{ ...common, type: "folded" }];
    // Only the title of a frame can be grabbed: a band can be drawn inside of it.
    const open = { dragHandle: ".canvas-frame-head", zIndex: BEHIND, style: { pointerEvents: "none" as const } };
    return [{ ...common, ...open, type: "frame" }];
  });
}

function sized({ x, y, width, height }: Rectangle) {
  return { position: { x, y }, width, height, measured: { width, height } };
}

const DRAWN = new WeakMap<object, DrawnNode>();

/** The node as it was drawn before when it looks the same: what did not change is not drawn again. */
export function unchanged(node: DrawnNode): DrawnNode {
  const { document } = node.data;
  const before = DRAWN.get(document);
  if (before && looksLike(before, node)) return before;
  DRAWN.set(document, node);
  return node;
}

function looksLike(a: DrawnNode, b: DrawnNode): boolean {
  const isSamePlace = a.position.x === b.position.x && a.position.y === b.position.y;
  const isSameSize = a.measured?.width === b.measured?.width && a.measured?.height === b.measured?.height;
  return isSamePlace && isSameSize && a.type === b.type && a.selected === b.selected && a.ariaLabel === b.ariaLabel;
}

type Telling = {
  selected: ReadonlySet<string>;
  label: (c: ConnectionDocument) => string;
  flow: (c: ConnectionDocument) => Flow;
  /** Nodes at work: the connections that feed them move. */
  busy: ReadonlySet<string>;
};

/** Connections as lines; those of nodes in a collapsed group end at its card, those inside of it are not drawn. */
export function drawnConnections(
  graph: Pick<GraphDocument, "connections" | "groups">,
  { selected, label, flow, busy }: Telling,
): DrawnConnection[] {
  const folded = new Map(
    graph.groups.filter((group) => group.is_collapsed).flatMap((group) => group.members.map((id) => [id, group.id])),
  );
  return graph.connections
    .filter((c) => !folded.has(c.from_node) || folded.get(c.from_node) !== folded.get(c.to_node))
    .map((c) => ({
      id: connectionId(c),
      type: "flow",
      source: folded.get(c.from_node) ?? c.from_node,
      sourceHandle: folded.has(c.from_node) ? FOLDED_PORT : c.from_port,
      target: folded.get(c.to_node) ?? c.to_node,
      targetHandle: folded.has(c.to_node) ? FOLDED_PORT : c.to_port,
      selected: selected.has(connectionId(c)),
      animated: busy.has(c.to_node),
      ariaLabel: label(c),
      data: flow(c),
    }));
}

export const toDocument = (c: Connection | DrawnEdge): ConnectionDocument => ({
  from_node: c.source,
  from_port: c.sourceHandle ?? "",
  to_node: c.target,
  to_port: c.targetHandle ?? "",
});

/** Carry out what React Flow reports: sizes, moves and selection. Removal goes through the store's own keys. */
export function applyNodeChanges(store: CanvasStore, changes: NodeChange<DrawnNode>[]) {
  const places = new Map<string, Position>();
  const selected = new Set(store.getState().selectedNodes);
  for (const change of changes) {
    if (change.type === "position" && change.position) places.set(change.id, change.position);
    if (change.type === "select") toggle(selected, change.id, change.selected);
  }
  for (const change of changes) if (change.type === "dimensions") resize(store, change, places);
  if (places.size) store.getState().move(itemMoves(store.getState(), places));
  if (changes.some((change) => change.type === "select")) {
    store.getState().select(selected, store.getState().selectedConnections);
  }
}

type Resized = Extract<NodeChange, { type: "dimensions" }>;

/** A size as it was drawn, or, for a note, as somebody drags it: with the corner that moves along. */
function resize(store: CanvasStore, change: Resized, places: Map<string, Position>) {
  const { id, dimensions, resizing } = change;
  if (resizing === undefined) {
    if (dimensions) store.getState().measure(id, dimensions);
    return;
  }
  const note = graphOf(store.getState()).notes.find((each) => each.id === id);
  if (note && dimensions) {
    const position = places.get(id) ?? note.position;
    store.getState().changeNote(id, { position, width: dimensions.width, height: dimensions.height });
  }
  places.delete(id);
  if (!resizing) store.getState().endStep();
}

/** Moves of nodes and notes; a frame that moves takes what is in it along, unless that moves by itself. */
function itemMoves(state: CanvasState, places: ReadonlyMap<string, Position>): Map<string, Position> {
  const graph = graphOf(state);
  const moves = new Map(places);
  for (const group of graph.groups) {
    const [to, from] = [places.get(group.id), frameOf(graph, state.measured, group)];
    moves.delete(group.id);
    if (!to || !from) continue;
    for (const id of group.members.filter((member) => !places.has(member))) {
      const at = rectangleOf(graph, state.measured, id);
      if (at) moves.set(id, { x: at.x + to.x - from.x, y: at.y + to.y - from.y });
    }
  }
  return moves;
}

export function applyConnectionChanges(store: CanvasStore, changes: DrawnConnectionChange<DrawnConnection>[]) {
  const selected = new Set(store.getState().selectedConnections);
  const selections = changes.filter((change) => change.type === "select");
  for (const change of selections) toggle(selected, change.id, change.selected);
  if (selections.length) store.getState().select(store.getState().selectedNodes, selected);
}

function toggle(set: Set<string>, id: string, on: boolean) {
  if (on) set.add(id);
  else set.delete(id);
}

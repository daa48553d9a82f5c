/** A part of a graph on its way to another place: cut out, put in under new ids, written as text and read from it. */
import { MAX_NOTE_LENGTH, meant, NOTE_SIZE } from "./annotations";
import { itemIds, newId, snap } from "./graph";
import type { ConnectionDocument, GraphDocument, GroupDocument, NodeDocument, NoteDocument, Position } from "./types";

export type Fragment = Pick<GraphDocument, "nodes" | "connections" | "notes" | "groups">;

/** What the text on the clipboard begins with, so that it is known among other JSON. */
const MARK = "modelyard";
const KIND_OF_TEXT = "nodes";
const MAX_NODES = 500;
const MAX_OTHERS = 200;
const MAX_CONNECTIONS = 2000;
const MAX_TEXT = 5_000_000;

/** The chosen nodes and notes, the connections among the nodes, and the groups that are chosen as a whole. */
export function fragmentOf(graph: GraphDocument, chosen: ReadonlySet<string>): Fragment {
  const ids = meant(graph, chosen);
  return {
    nodes: graph.nodes.filter((node) => ids.has(node.id)),
    connections: graph.connections.filter((c) => ids.has(c.from_node) && ids.has(c.to_node)),
    notes: graph.notes.filter((note) => ids.has(note.id)),
    groups: graph.groups.filter((group) => group.members.every((id) => ids.has(id))),
  };
}

export const isEmpty = (fragment: Fragment) => fragment.nodes.length + fragment.notes.length === 0;

/** Put a fragment into the graph under new ids; answers the document and the ids of the nodes and notes it added. */
export function put(graph: GraphDocument, fragment: Fragment, offset: Position) {
  const taken = itemIds(graph);
  const renamed = new Map<string, string>();
  const rename = (prefix: "n" | "t" | "g") => (item: { id: string }) => {
    const id = newId(prefix, taken);
    taken.add(id);
    renamed.set(item.id, id);
  };
  fragment.nodes.forEach(rename("n"));
  fragment.notes.forEach(rename("t"));
  fragment.groups.forEach(rename("g"));
  const now = (id: string) => renamed.get(id) as string;
  const moved = <T extends NodeDocument | NoteDocument>(item: T): T => ({
    ...structuredClone(item),
    id: now(item.id),
    position: snap({ x: item.position.x + offset.x, y: item.position.y + offset.y }),
  });
  const nodes = fragment.nodes.map(moved);
  const notes = fragment.notes.map(moved);
  const connections = fragment.connections.map((c) => ({
    ...c,
    from_node: now(c.from_node),
    to_node: now(c.to_node),
  }));
  const groups = fragment.groups.map((group) => ({
    ...structuredClone(group),
    id: now(group.id),
    members: group.members.map(now),
  }));
  return {
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...nodes],
      notes: [...graph.notes, ...notes],
      connections: [...graph.connections, ...connections],
      groups: [...graph.groups, ...groups],
    },
    added: [...nodes, ...notes].map((item) => item.id),
  };
}

export const toText = (fragment: Fragment) => JSON.stringify({ [MARK]: KIND_OF_TEXT, schema: 1, ...fragment }, null, 2);

/** The fragment that a text states: one of ours, or a whole workflow as it is exported. Null when it is neither. */
export function fromText(text: string): Fragment | null {
  if (text.length > MAX_TEXT || !text.trimStart().startsWith("{")) return null;
  const document = parsed(text);
  if (!isRecord(document)) return null;
  const source = isRecord(document.graph) ? document.graph : document;
  if (!Array.isArray(source.nodes) && !Array.isArray(source.notes)) return null;
  const nodes = unique(listOf(source.nodes, MAX_NODES, nodeOf));
  const notes = unique(listOf(source.notes, MAX_OTHERS, noteOf));
  const fragment = {
    nodes,
    notes,
    connections: among(new Set(nodes.map(({ id }) => id)), listOf(source.connections, MAX_CONNECTIONS, connectionOf)),
    groups: around(
      new Set([...nodes, ...notes].map(({ id }) => id)),
      unique(listOf(source.groups, MAX_OTHERS, groupFrom)),
    ),
  };
  return isEmpty(fragment) ? null : fragment;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

type Json = Record<string, unknown>;
const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function listOf<T>(value: unknown, limit: number, read: (item: Json) => T | null): T[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, limit)
    .filter(isRecord)
    .flatMap((item) => read(item) ?? []);
}

const name = (value: unknown, limit = 100): string | null =>
  typeof value === "string" && value.length > 0 && value.length <= limit ? value : null;

const number = (value: unknown, fallback: number, low = -1e6, high = 1e6) =>
  typeof value === "number" && Number.isFinite(value) ? Math.min(Math.max(value, low), high) : fallback;

const placeOf = (value: unknown): Position => {
  const at = isRecord(value) ? value : {};
  return { x: number(at.x, 0), y: number(at.y, 0) };
};

function nodeOf({ id, kind, parameters, title, position }: Json): NodeDocument | null {
  const [known, of] = [name(id), name(kind)];
  if (!known || !of) return null;
  return {
    id: known,
    kind: of,
    parameters: isRecord(parameters) ? parameters : {},
    title: name(title, 200),
    position: placeOf(position),
  };
}

function noteOf({ id, text, position, width, height }: Json): NoteDocument | null {
  const known = name(id);
  if (!known || typeof text !== "string") return null;
  return {
    id: known,
    text: text.slice(0, MAX_NOTE_LENGTH),
    position: placeOf(position),
    width: number(width, NOTE_SIZE.width, 96, 2000),
    height: number(height, NOTE_SIZE.height, 48, 2000),
  };
}

function connectionOf(item: Json): ConnectionDocument | null {
  const [from_node, from_port] = [name(item.from_node), name(item.from_port)];
  const [to_node, to_port] = [name(item.to_node), name(item.to_port)];
  return from_node && from_port && to_node && to_port ? { from_node, from_port, to_node, to_port } : null;
}

function groupFrom({ id, title, members, is_collapsed }: Json): GroupDocument | null {
  const known = name(id);
  if (!known || !Array.isArray(members)) return null;
  return {
    id: known,
    title: name(title, 200) ?? "",
    members: members.filter((member): member is string => name(member) !== null),
    is_collapsed: is_collapsed === true,
  };
}

function unique<T extends { id: string }>(items: T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

/** Connections between these nodes, one for each input, none from a node to itself. */
function among(nodes: ReadonlySet<string>, connections: ConnectionDocument[]): ConnectionDocument[] {
  const inner = connections.filter((c) => nodes.has(c.from_node) && nodes.has(c.to_node) && c.from_node !== c.to_node);
  return [...new Map(inner.map((c) => [`${c.to_node} ${c.to_port}`, c])).values()];
}

/** Groups of these items, each item in one group at most. */
function around(items: ReadonlySet<string>, groups: GroupDocument[]): GroupDocument[] {
  const free = new Set(items);
  return groups.flatMap((group) => {
    const members = group.members.filter((id) => free.delete(id));
    return members.length ? [{ ...group, members }] : [];
  });
}

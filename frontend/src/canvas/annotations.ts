/** Pure edits of what is written around the nodes: notes, and groups of nodes and notes. */
import { newId, snap, withoutMembers } from "./graph";
import type { GraphDocument, GroupDocument, NoteDocument, Position, Size } from "./types";

export const NOTE_SIZE: Size = { width: 208, height: 112 };
export const MAX_NOTE_LENGTH = 5000;

export function makeNote(at: Position, taken: ReadonlySet<string>): NoteDocument {
  return { id: newId("t", taken), text: "", position: snap(at), ...NOTE_SIZE };
}

export const addNote = (graph: GraphDocument, note: NoteDocument): GraphDocument => ({
  ...graph,
  notes: [...graph.notes, note],
});

export function changeNote(graph: GraphDocument, id: string, change: Partial<NoteDocument>): GraphDocument {
  return { ...graph, notes: graph.notes.map((note) => (note.id === id ? { ...note, ...change } : note)) };
}

export function changeGroup(graph: GraphDocument, id: string, change: Partial<GroupDocument>): GraphDocument {
  return { ...graph, groups: graph.groups.map((group) => (group.id === id ? { ...group, ...change } : group)) };
}

/** The nodes and notes that are meant when these items are selected: a frame stands for what is in it. */
export function meant(graph: GraphDocument, items: ReadonlySet<string>): Set<string> {
  const inFrames = graph.groups.filter((group) => items.has(group.id)).flatMap((group) => group.members);
  const all = new Set([...items, ...inFrames]);
  return new Set([...graph.nodes, ...graph.notes].filter(({ id }) => all.has(id)).map(({ id }) => id));
}

/** A frame around these nodes and notes, which leave the groups they were in. */
export function group(graph: GraphDocument, members: ReadonlySet<string>, id: string, title: string): GraphDocument {
  const chosen = [...meant(graph, members)];
  if (chosen.length === 0) return graph;
  const made: GroupDocument = { id, title, members: chosen, is_collapsed: false };
  return { ...graph, groups: [...withoutMembers(graph.groups, new Set(chosen)), made] };
}

/** Frames that are selected are taken away; nodes that are selected leave the group they are in. */
export function ungroup(graph: GraphDocument, items: ReadonlySet<string>): GraphDocument {
  const kept = withoutMembers(
    graph.groups.filter((each) => !items.has(each.id)),
    items,
  );
  const isSame = kept.length === graph.groups.length && kept.every((each, at) => each === graph.groups[at]);
  return isSame ? graph : { ...graph, groups: kept };
}

/** Put items into a group, out of the ones they were in. */
export function join(graph: GraphDocument, id: string, items: readonly string[]): GraphDocument {
  const new_ = items.filter((item) => !graph.groups.some((each) => each.id === id && each.members.includes(item)));
  if (new_.length === 0) return graph;
  const left = withoutMembers(
    graph.groups.filter((each) => each.id !== id),
    new Set(new_),
  );
  const into = graph.groups.find((each) => each.id === id);
  if (!into) return graph;
  return { ...graph, groups: [...left, { ...into, members: [...into.members, ...new_] }] };
}

export const groupOf = (graph: GraphDocument, item: string): GroupDocument | undefined =>
  graph.groups.find((each) => each.members.includes(item));

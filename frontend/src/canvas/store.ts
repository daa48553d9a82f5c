/** The one small store of an open canvas: the document with its history, and what is selected. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { type Alignment, align } from "./align";
import * as around from "./annotations";
import { type Fragment, fragmentOf, isEmpty, put } from "./fragment";
import * as edit from "./graph";
import { amend, type History, record, redo, seal, startHistory, undo } from "./history";
import { arrange } from "./layout";
import { contains, frameOf, middleOf, rectangleOf, type Sizes } from "./rectangles";
import type { Card, ConnectionDocument, GraphDocument, NoteDocument, Position, Size } from "./types";
import { GRID } from "./types";

export type CanvasState = {
  history: History<GraphDocument>;
  /** Ids of nodes, notes and groups. The selection is no part of the history. */
  selectedNodes: ReadonlySet<string>;
  selectedConnections: ReadonlySet<string>;
  /** Sizes as drawn, kept beside the document because they are not part of it. */
  measured: Sizes;

  /** Add a node, and connect it in the same step. */
  add: (card: Card, at: Position, connection?: (id: string) => ConnectionDocument) => string;
  connect: (connection: ConnectionDocument) => void;
  setParameters: (id: string, parameters: Record<string, unknown>) => void;
  setTitle: (id: string, title: string | null) => void;
  move: (positions: ReadonlyMap<string, Position>) => void;
  /** The end of a drag: what was dropped into a group's frame belongs to it. */
  drop: (ids: readonly string[]) => void;
  endStep: () => void;
  nudge: (dx: number, dy: number) => void;
  select: (nodes: Iterable<string>, connections?: Iterable<string>) => void;
  selectAll: () => void;
  removeSelected: () => number;
  /** What is selected, to be put elsewhere; null when that is nothing. */
  copied: () => Fragment | null;
  cut: () => Fragment | null;
  paste: (fragment: Fragment, offset: Position) => string[];
  duplicate: () => number;
  align: (how: Alignment) => void;
  arrange: () => void;
  addNote: (at: Position) => string;
  changeNote: (id: string, change: Partial<Pick<NoteDocument, "text" | "position" | "width" | "height">>) => void;
  group: (title: string) => string | null;
  ungroup: () => void;
  setGroupTitle: (id: string, title: string) => void;
  setCollapsed: (id: string, isCollapsed: boolean) => void;
  undo: () => void;
  redo: () => void;
  /** Replace the whole document as one step that can be undone. */
  replace: (graph: GraphDocument) => void;
  measure: (id: string, size: Size) => void;
};

export type CanvasStore = StoreApi<CanvasState>;

export const graphOf = (state: CanvasState) => state.history.present;

const NONE: ReadonlySet<string> = new Set();
const PASTE_STEP: Position = { x: 2 * GRID, y: 2 * GRID };

export function createCanvasStore(graph: GraphDocument, now: () => number = Date.now): CanvasStore {
  return createStore<CanvasState>((set, get) => {
    const change = (next: GraphDocument, key: string | null = null, selected?: Iterable<string>) =>
      set((state) => ({
        history: record(state.history, next, key, now()),
        ...(selected ? { selectedNodes: new Set(selected), selectedConnections: NONE } : {}),
      }));
    const graphNow = () => get().history.present;
    const insert = (fragment: Fragment, offset: Position) => {
      const { graph: next, added } = put(graphNow(), fragment, offset);
      change(next, null, added);
      return added;
    };
    const travel = (step: typeof undo<GraphDocument>) =>
      set((state) => {
        const history = step(state.history);
        const ids = edit.itemIds(history.present);
        return {
          history,
          selectedNodes: new Set([...state.selectedNodes].filter((id) => ids.has(id))),
          selectedConnections: NONE,
        };
      });

    return {
      history: startHistory(graph),
      selectedNodes: NONE,
      selectedConnections: NONE,
      measured: {},

      add: (card, at, connection) => {
        const node = edit.makeNode(card, at, edit.itemIds(graphNow()));
        const added = edit.addNode(graphNow(), node);
        change(connection ? edit.connect(added, connection(node.id)) : added, null, [node.id]);
        return node.id;
      },
      connect: (connection) => change(edit.connect(graphNow(), connection)),
      setParameters: (id, parameters) => change(edit.setParameters(graphNow(), id, parameters), `parameters ${id}`),
      setTitle: (id, title) => change(edit.setTitle(graphNow(), id, title), `title ${id}`),
      move: (positions) => change(edit.move(graphNow(), positions), `move ${[...positions.keys()].join()}`),
      drop: (ids) =>
        set((state) => ({ history: seal(amend(state.history, dropped(graphOf(state), state.measured, ids))) })),
      endStep: () => set((state) => ({ history: seal(state.history) })),
      nudge: (dx, dy) => {
        const ids = around.meant(graphNow(), get().selectedNodes);
        const items = [...graphNow().nodes, ...graphNow().notes].filter(({ id }) => ids.has(id));
        const to = items.map(({ id, position: { x, y } }) => [id, { x: x + dx * GRID, y: y + dy * GRID }] as const);
        if (to.length) get().move(new Map(to));
      },
      select: (nodes, connections = []) =>
        set({ selectedNodes: new Set(nodes), selectedConnections: new Set(connections) }),
      selectAll: () =>
        set({
          selectedNodes: new Set([...graphNow().nodes, ...graphNow().notes].map(({ id }) => id)),
          selectedConnections: new Set(graphNow().connections.map(edit.connectionId)),
        }),
      removeSelected: () => {
        const { selectedNodes, selectedConnections } = get();
        const n = selectedNodes.size || selectedConnections.size;
        if (n > 0) change(edit.remove(graphNow(), selectedNodes, selectedConnections), null, NONE);
        return n;
      },
      copied: () => {
        const fragment = fragmentOf(graphNow(), get().selectedNodes);
        return isEmpty(fragment) ? null : fragment;
      },
      cut: () => {
        const fragment = get().copied();
        if (fragment) change(edit.remove(graphNow(), around.meant(graphNow(), get().selectedNodes), NONE), null, NONE);
        return fragment;
      },
      paste: insert,
      duplicate: () => {
        const fragment = get().copied();
        return fragment ? insert(fragment, PASTE_STEP).length : 0;
      },
      align: (how) => change(edit.move(graphNow(), align(graphNow(), get().measured, get().selectedNodes, how))),
      arrange: () => {
        const chosen = around.meant(graphNow(), get().selectedNodes);
        const part = chosen.size > 1 ? chosen : undefined;
        change(edit.move(graphNow(), arrange(graphNow(), get().measured, part)));
      },
      addNote: (at) => {
        const note = around.makeNote(at, edit.itemIds(graphNow()));
        change(around.addNote(graphNow(), note), null, [note.id]);
        return note.id;
      },
      changeNote: (id, to) =>
        change(around.changeNote(graphNow(), id, to), `note ${id} ${Object.keys(to).sort().join()}`),
      group: (title) => {
        const id = edit.newId("g", edit.itemIds(graphNow()));
        const next = around.group(graphNow(), get().selectedNodes, id, title);
        if (next === graphNow()) return null;
        change(next, null, [id]);
        return id;
      },
      ungroup: () => {
        const members = around.meant(graphNow(), get().selectedNodes);
        change(around.ungroup(graphNow(), get().selectedNodes), null, members);
      },
      setGroupTitle: (id, title) => change(around.changeGroup(graphNow(), id, { title }), `title ${id}`),
      setCollapsed: (id, is_collapsed) => change(around.changeGroup(graphNow(), id, { is_collapsed }), null, [id]),
      undo: () => travel(undo),
      redo: () => travel(redo),
      replace: (next) => change(next, null, NONE),
      measure: (id, size) => set((state) => ({ measured: { ...state.measured, [id]: size } })),
    };
  });
}

/** The document after a drag: each item whose middle is in the frame of another group now belongs to that group. */
function dropped(graph: GraphDocument, sizes: Sizes, ids: readonly string[]): GraphDocument {
  const moved = new Set(ids);
  let next = graph;
  for (const id of ids) {
    const own = around.groupOf(graph, id);
    const box = rectangleOf(graph, sizes, id);
    if (!box || graph.groups.some((each) => each.id === id)) continue;
    const into = graph.groups.find((each) => {
      if (each === own || each.is_collapsed || each.members.every((member) => moved.has(member))) return false;
      const frame = frameOf(graph, sizes, each);
      return frame !== undefined && contains(frame, middleOf(box));
    });
    if (into) next = around.join(next, into.id, [id]);
  }
  return next;
}

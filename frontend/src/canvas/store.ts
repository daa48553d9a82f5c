/** The one small store of an open canvas: the document with its history, and what is selected. */
import { createStore, type StoreApi } from "zustand/vanilla";
import * as edit from "./graph";
import { type History, record, redo, seal, startHistory, undo } from "./history";
import { arrange } from "./layout";
import type { Card, ConnectionDocument, GraphDocument, Position } from "./types";
import { GRID } from "./types";

export type Measured = { width: number; height: number };

export type CanvasState = {
  history: History<GraphDocument>;
  selectedNodes: ReadonlySet<string>;
  selectedConnections: ReadonlySet<string>;
  /** Sizes as drawn, kept beside the document because they are not part of it. */
  measured: Readonly<Record<string, Measured>>;
  clipboard: edit.Fragment | null;
  pastes: number;

  add: (card: Card, at: Position) => string;
  connect: (connection: ConnectionDocument) => void;
  setParameters: (id: string, parameters: Record<string, unknown>) => void;
  setTitle: (id: string, title: string | null) => void;
  move: (positions: ReadonlyMap<string, Position>) => void;
  endStep: () => void;
  nudge: (dx: number, dy: number) => void;
  select: (nodes: Iterable<string>, connections?: Iterable<string>) => void;
  selectAll: () => void;
  removeSelected: () => number;
  copy: () => number;
  paste: () => number;
  duplicate: () => number;
  arrange: () => void;
  undo: () => void;
  redo: () => void;
  /** Replace the whole document as one step that can be undone. */
  replace: (graph: GraphDocument) => void;
  measure: (id: string, size: Measured) => void;
};

export type CanvasStore = StoreApi<CanvasState>;

export const graphOf = (state: CanvasState) => state.history.present;

const NONE: ReadonlySet<string> = new Set();
const PASTE_STEP = 2 * GRID;

export function createCanvasStore(graph: GraphDocument, now: () => number = Date.now): CanvasStore {
  return createStore<CanvasState>((set, get) => {
    const change = (next: GraphDocument, key: string | null = null, rest: Partial<CanvasState> = {}) =>
      set((state) => ({ history: record(state.history, next, key, now()), ...rest }));
    const graphNow = () => get().history.present;
    const put = (fragment: edit.Fragment, offset: Position) => {
      const { graph: next, added } = edit.paste(graphNow(), fragment, offset);
      change(next, null, { selectedNodes: new Set(added), selectedConnections: NONE });
      return added.length;
    };
    const travel = (step: typeof undo<GraphDocument>) =>
      set((state) => {
        const history = step(state.history);
        const ids = edit.nodeIds(history.present);
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
      clipboard: null,
      pastes: 0,

      add: (card, at) => {
        const node = edit.makeNode(card, at, edit.nodeIds(graphNow()));
        change(edit.addNode(graphNow(), node), null, {
          selectedNodes: new Set([node.id]),
          selectedConnections: NONE,
        });
        return node.id;
      },
      connect: (connection) => change(edit.connect(graphNow(), connection)),
      setParameters: (id, parameters) => change(edit.setParameters(graphNow(), id, parameters), `parameters ${id}`),
      setTitle: (id, title) => change(edit.setTitle(graphNow(), id, title), `title ${id}`),
      move: (positions) => change(edit.moveNodes(graphNow(), positions), `move ${[...positions.keys()].join()}`),
      endStep: () => set((state) => ({ history: seal(state.history) })),
      nudge: (dx, dy) => {
        const chosen = graphNow().nodes.filter((node) => get().selectedNodes.has(node.id));
        const moved = chosen.map((n) => [n.id, { x: n.position.x + dx * GRID, y: n.position.y + dy * GRID }] as const);
        if (moved.length) get().move(new Map(moved));
      },
      select: (nodes, connections = []) =>
        set({ selectedNodes: new Set(nodes), selectedConnections: new Set(connections) }),
      selectAll: () =>
        set({
          selectedNodes: edit.nodeIds(graphNow()),
          selectedConnections: new Set(graphNow().connections.map(edit.connectionId)),
        }),
      removeSelected: () => {
        const { selectedNodes, selectedConnections } = get();
        const n = selectedNodes.size || selectedConnections.size;
        if (n === 0) return 0;
        change(edit.remove(graphNow(), selectedNodes, selectedConnections), null, {
          selectedNodes: NONE,
          selectedConnections: NONE,
        });
        return n;
      },
      copy: () => {
        const clipboard = edit.fragmentOf(graphNow(), get().selectedNodes);
        if (clipboard.nodes.length) set({ clipboard, pastes: 0 });
        return clipboard.nodes.length;
      },
      paste: () => {
        const { clipboard, pastes } = get();
        if (!clipboard) return 0;
        set({ pastes: pastes + 1 });
        return put(clipboard, { x: PASTE_STEP * (pastes + 1), y: PASTE_STEP * (pastes + 1) });
      },
      duplicate: () => {
        const chosen = edit.fragmentOf(graphNow(), get().selectedNodes);
        return chosen.nodes.length ? put(chosen, { x: PASTE_STEP, y: PASTE_STEP }) : 0;
      },
      arrange: () => change(edit.moveNodes(graphNow(), arrange(graphNow()))),
      undo: () => travel(undo),
      redo: () => travel(redo),
      replace: (next) => change(next, null, { selectedNodes: NONE, selectedConnections: NONE }),
      measure: (id, size) => set((state) => ({ measured: { ...state.measured, [id]: size } })),
    };
  });
}

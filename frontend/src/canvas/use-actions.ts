/** What each key and button of the canvas does. */
import { useReactFlow } from "@xyflow/react";
import { type RefObject, useState } from "react";
import { useCanvas, useCanvasState, useGraph } from "./context";
import { fittingPort } from "./dialogs";
import type { DrawnNode } from "./flow";
import type { Fragment } from "./fragment";
import type { KeyAction } from "./keys";
import { type PortRef, portOf, titleOf } from "./ports";
import { rectangleOf, union } from "./rectangles";
import { freeOffset, freePlace } from "./surroundings";
import { type Card, type ConnectionDocument, GRID, type Position } from "./types";
import { words } from "./words";

export type RunTarget = { until: string | null; anew: string | null };

/** A dialog of the canvas that is open. */
export type Open =
  | { what: "search"; at: Position | null; start: PortRef | null }
  | { what: "connect"; node: string }
  | { what: "align" }
  | { what: "keys" };

type Options = {
  board: RefObject<HTMLDivElement | null>;
  /** Where the pointer is on the canvas, in its units; null when it is elsewhere. */
  pointer: RefObject<Position | null>;
  onRun: (target: RunTarget) => void;
  onOpen: (id: string) => void;
};

/** Actions for which it does not matter what is selected. */
const UNSELECTED: ReadonlySet<KeyAction> = new Set<KeyAction>([
  "search",
  "keys",
  "clear",
  "fit",
  "zoomIn",
  "zoomOut",
  "zoomFull",
  "run",
  "undo",
  "redo",
  "selectAll",
  "arrange",
  "note",
]);
const FIT = { padding: 0.15, maxZoom: 1 };

export function useActions({ board, pointer, onRun, onOpen }: Options) {
  const { store, cards, onEdit, readOnly } = useCanvas();
  const graph = useGraph();
  const selected = useCanvasState((state) => state.selectedNodes);
  const flow = useReactFlow<DrawnNode>();
  const [open, setOpen] = useState<Open | null>(null);
  const [said, say] = useState("");
  const connect = (connection: ConnectionDocument) => {
    store.getState().connect(connection);
    const find = (id: string) => graph.nodes.find((node) => node.id === id);
    const [from, to] = [find(connection.from_node), find(connection.to_node)];
    if (from && to) say(words.connected(titleOf(from, cards), titleOf(to, cards)));
  };

  /** Where a thing goes that was added without pointing: right of the selected node, or in the middle of what is seen. */
  const middle = (): Position => {
    const beside = graph.nodes.find((node) => selected.has(node.id)) ?? graph.nodes.at(-1);
    if (beside) return { x: beside.position.x + 18 * GRID, y: beside.position.y };
    const box = board.current?.getBoundingClientRect();
    return box ? flow.screenToFlowPosition({ x: box.x + box.width / 3, y: box.y + box.height / 3 }) : { x: 0, y: 0 };
  };
  const free = () =>
    freePlace(
      [...graph.nodes, ...graph.notes].map((item) => item.position),
      middle(),
    );

  const add = (card: Card, at: Position | null, start: PortRef | null = null) => {
    const shape = start && portOf(graph, cards, start)?.shape;
    const port = start && shape ? fittingPort(card, shape, start) : null;
    store.getState().add(card, at ?? free(), start && port ? (id) => joined(start, { node: id, port }) : undefined);
  };

  const paste = (fragment: Fragment): number => {
    const added = store.getState().paste(fragment, freeOffset(graph, fragment, pointer.current));
    const { history, measured } = store.getState();
    const box = union(added.flatMap((id) => rectangleOf(history.present, measured, id) ?? []));
    if (box && !pointer.current) void flow.fitBounds(box, { padding: 0.4 });
    return added.length;
  };

  /** Along the connections: the node that this one feeds, or the one that feeds it. */
  const walk = (chosen: string | undefined, direction: "next" | "previous") => {
    const along = graph.connections.find((c) => (direction === "next" ? c.from_node : c.to_node) === chosen);
    const to = along ? (direction === "next" ? along.to_node : along.from_node) : graph.nodes[0]?.id;
    if (!to || (chosen && !along)) return;
    store.getState().select([to]);
    focusItem(board.current, to);
  };

  const edit = (id: string | undefined) => {
    const isNode = graph.nodes.some((node) => node.id === id);
    if (id && isNode) onOpen(id);
    else if (id && !readOnly) onEdit(id);
  };

  const act = (action: KeyAction) => {
    const state = store.getState();
    const focused = focusedItem(board.current);
    if (state.selectedNodes.size === 0 && focused && !UNSELECTED.has(action)) state.select([focused]);
    const now = store.getState().selectedNodes;
    const chosen = graph.nodes.find(({ id }) => now.has(id))?.id;
    const single = now.size === 1 ? [...now][0] : undefined;
    if (typeof action === "object") return state.nudge(...action.nudge);
    const acts: Record<Exclude<KeyAction, object>, () => unknown> = {
      search: () => setOpen({ what: "search", at: null, start: null }),
      connect: () => chosen && setOpen({ what: "connect", node: chosen }),
      align: () => setOpen({ what: "align" }),
      keys: () => setOpen({ what: "keys" }),
      open: () => edit(single),
      rename: () => edit(single),
      next: () => walk(chosen, "next"),
      previous: () => walk(chosen, "previous"),
      runHere: () => chosen && onRun({ until: chosen, anew: null }),
      runFrom: () => chosen && onRun({ until: null, anew: chosen }),
      run: () => onRun({ until: null, anew: null }),
      undo: state.undo,
      redo: state.redo,
      duplicate: state.duplicate,
      selectAll: state.selectAll,
      clear: () => state.select([]),
      delete: () => {
        const n = state.removeSelected();
        if (n) say(words.deleted(n));
      },
      fit: () => flow.fitView(FIT),
      zoomIn: () => flow.zoomIn(),
      zoomOut: () => flow.zoomOut(),
      zoomFull: () => flow.zoomTo(1),
      arrange: () => {
        state.arrange();
        requestAnimationFrame(() => void flow.fitView(FIT));
      },
      note: () => onEdit(state.addNote(free())),
      group: () => {
        const id = state.group("");
        if (id) onEdit(id);
        say(id ? words.frame.made : words.frame.nothing);
      },
      ungroup: state.ungroup,
      fold: () => {
        const group = graph.groups.find(({ id, members }) => now.has(id) || members.some((member) => now.has(member)));
        if (group) state.setCollapsed(group.id, !group.is_collapsed);
      },
    };
    acts[action]();
  };

  return { act, add, connect, paste, open, setOpen, said, say };
}

function joined(start: PortRef, made: { node: string; port: string }): ConnectionDocument {
  const [from, to] = start.side === "output" ? [start, made] : [made, start];
  return { from_node: from.node, from_port: from.port, to_node: to.node, to_port: to.port };
}

/** The node, note or frame that has the focus: where nothing is selected, keys are about it. */
function focusedItem(within: Element | null): string | null {
  const focused = document.activeElement;
  return focused && within?.contains(focused)
    ? (focused.closest(".react-flow__node")?.getAttribute("data-id") ?? null)
    : null;
}

/** Give the drawn node, note or frame the focus. */
export function focusItem(within: ParentNode | null, id: string) {
  within?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus();
}

"use client";
/** The canvas: draws a graph document and turns what hands and keys do into edits of its store. */
import {
  Background,
  BackgroundVariant,
  type FinalConnectionState,
  type IsValidConnection,
  MiniMap,
  type OnConnectEnd,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "./canvas.css";
import { type DragEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { ConnectionHint } from "./connection-hint";
import { CanvasContext, type CanvasContextValue, useCanvas, useCanvasState } from "./context";
import { CanvasControls } from "./controls";
import { ConnectDialog, fittingPort, KeySheet, NodeSearch } from "./dialogs";
import {
  applyConnectionChanges,
  applyNodeChanges,
  type DrawnNode,
  drawnConnections,
  drawnNodes,
  toDocument,
} from "./flow";
import { useKeepInView } from "./keep-in-view";
import type { KeyAction } from "./keys";
import { NodeCard } from "./node-card";
import { DRAGGED_KIND, Palette } from "./palette";
import { judge, judgeDrop, type PortRef, portOf, titleOf } from "./ports";
import { graphOf } from "./store";
import { freePlace, groupByNode, spoken } from "./surroundings";
import { type Card, type ConnectionDocument, GRID, type Position, type Problem } from "./types";
import { useCanvasKeys } from "./use-canvas-keys";
import { words } from "./words";

type Props = Omit<CanvasContextValue, "problems"> & {
  problems: readonly Problem[];
  showPalette: boolean;
  onRun: (until: string | null) => void;
  /** Things laid over the canvas, such as banners. */
  children?: ReactNode;
};

const nodeTypes = { card: NodeCard };
/** On a phone nodes stay legible, and the reader moves the canvas. */
const READABLE_ZOOM = 0.75;
const CONNECT_WITHIN = 36;
const REFUSAL_SHOWN_MS = 4000;

export function Canvas({ problems, showPalette, onRun, children, ...rest }: Props) {
  const byNode = useMemo(() => groupByNode(problems), [problems]);
  return (
    <CanvasContext value={{ ...rest, problems: byNode }}>
      <ReactFlowProvider>
        <Board showPalette={showPalette} onRun={onRun}>
          {children}
        </Board>
      </ReactFlowProvider>
    </CanvasContext>
  );
}

type Open =
  | { what: "search"; at: Position | null; start: PortRef | null }
  | { what: "connect"; node: string }
  | { what: "keys" };

function Board({ showPalette, onRun, children }: Pick<Props, "showPalette" | "onRun" | "children">) {
  const { store, cards, states, problems, readOnly } = useCanvas();
  const graph = useCanvasState(graphOf);
  const selectedNodes = useCanvasState((state) => state.selectedNodes);
  const selectedConnections = useCanvasState((state) => state.selectedConnections);
  const measured = useCanvasState((state) => state.measured);
  const flow = useReactFlow<DrawnNode>();
  const board = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<Open | null>(null);
  const [said, say] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);

  const nodes = useMemo(() => {
    const label = (id: string) => spoken(states.get(id), problems.get(id) ?? []);
    return drawnNodes(graph, { selectedNodes, measured }).map((node) => ({
      ...node,
      ariaLabel: `${titleOf(node.data.document, cards)}${label(node.id)}`,
    }));
  }, [graph, selectedNodes, measured, cards, states, problems]);
  const drawn = useMemo(() => {
    const title = (id: string) => {
      const node = graph.nodes.find((n) => n.id === id);
      return node ? titleOf(node, cards) : id;
    };
    const busy = new Set([...states].filter(([, state]) => state.state === "running").map(([id]) => id));
    return drawnConnections(graph, selectedConnections, (c) => `${title(c.from_node)} → ${title(c.to_node)}`, busy);
  }, [graph, selectedConnections, cards, states]);

  useKeepInView(selectedNodes.size === 1 ? [...selectedNodes][0] : undefined);

  const connect = (connection: ConnectionDocument) => {
    store.getState().connect(connection);
    const title = (id: string) => graph.nodes.find((node) => node.id === id);
    const [from, to] = [title(connection.from_node), title(connection.to_node)];
    if (from && to) say(words.connected(titleOf(from, cards), titleOf(to, cards)));
  };

  const add = (card: Card, at: Position | null, start: PortRef | null = null) => {
    const id = store.getState().add(
      card,
      at ??
        freePlace(
          graph.nodes.map((node) => node.position),
          middle(),
        ),
    );
    const shape = start && portOf(graph, cards, start)?.shape;
    const port = start && shape ? fittingPort(card, shape, start) : null;
    if (!start || !port) return;
    const made = { node: id, port };
    const [from, to] = start.side === "output" ? [start, made] : [made, start];
    connect({ from_node: from.node, from_port: from.port, to_node: to.node, to_port: to.port });
  };

  /** Where a node goes that was added without pointing: right of the selected one, or in the middle of what is seen. */
  const middle = (): Position => {
    const chosen = graph.nodes.find((node) => selectedNodes.has(node.id)) ?? graph.nodes.at(-1);
    if (chosen) return { x: chosen.position.x + 18 * GRID, y: chosen.position.y };
    const box = board.current?.getBoundingClientRect();
    return box ? flow.screenToFlowPosition({ x: box.x + box.width / 3, y: box.y + box.height / 3 }) : { x: 0, y: 0 };
  };

  const act = (action: KeyAction) => {
    const state = store.getState();
    const chosen = [...selectedNodes][0];
    if (typeof action === "object") state.nudge(...action.nudge);
    else if (action === "search") setOpen({ what: "search", at: null, start: null });
    else if (action === "connect") chosen && setOpen({ what: "connect", node: chosen });
    else if (action === "runHere") chosen && onRun(chosen);
    else if (action === "run") onRun(null);
    else if (action === "keys") setOpen({ what: "keys" });
    else if (action === "clear") state.select([]);
    else if (action === "fit") void flow.fitView({ padding: 0.15, maxZoom: 1 });
    else if (action === "delete") {
      const n = state.removeSelected();
      if (n) say(words.deleted(n));
    } else if (action === "arrange") {
      state.arrange();
      requestAnimationFrame(() => void flow.fitView({ padding: 0.15, maxZoom: 1 }));
    } else state[action]();
  };

  useCanvasKeys(board, act, readOnly);

  const isValid: IsValidConnection = (c) => judge(graph, cards, toDocument(c)).allowed;

  const onConnectEnd: OnConnectEnd = (event, state) => {
    if (state.isValid || !state.fromHandle || !state.fromNode) return;
    const start: PortRef = {
      node: state.fromNode.id,
      port: state.fromHandle.id ?? "",
      side: state.fromHandle.type === "source" ? "output" : "input",
    };
    const reason = refusalOf(state, start);
    if (reason) {
      setRefusal(reason);
      say(reason);
      window.setTimeout(() => setRefusal((shown) => (shown === reason ? null : shown)), REFUSAL_SHOWN_MS);
    } else if (!state.toNode && event.target instanceof Element && event.target.closest(".react-flow__pane")) {
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (point)
        setOpen({ what: "search", at: flow.screenToFlowPosition({ x: point.clientX, y: point.clientY }), start });
    }
  };

  const refusalOf = (state: FinalConnectionState, start: PortRef): string | null => {
    const end = state.toHandle;
    if (!end) return null;
    const side = end.type === "source" ? ("output" as const) : ("input" as const);
    const verdict = judgeDrop(graph, cards, start, { node: end.nodeId, port: end.id ?? "", side });
    return verdict.allowed ? null : verdict.reason;
  };

  const onDrop = (event: DragEvent) => {
    const card = cards.get(event.dataTransfer.getData(DRAGGED_KIND));
    if (!card || readOnly) return;
    event.preventDefault();
    add(card, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };

  return (
    <div className="canvas" data-read-only={readOnly || undefined}>
      {showPalette && !readOnly && <Palette cards={cards} onAdd={(card) => add(card, null)} />}
      <section
        ref={board}
        className="canvas-board"
        aria-label={words.canvas}
        onDrop={onDrop}
        onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED_KIND) && event.preventDefault()}
        onDoubleClick={(event) => {
          const onPane = event.target instanceof Element && event.target.classList.contains("react-flow__pane");
          if (!onPane || readOnly) return;
          const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
          setOpen({ what: "search", at, start: null });
        }}
      >
        <ReactFlow
          nodes={nodes}
          edges={drawn}
          nodeTypes={nodeTypes}
          onNodesChange={(changes) => applyNodeChanges(store, changes)}
          onEdgesChange={(changes) => applyConnectionChanges(store, changes)}
          onConnect={(c) => connect(toDocument(c))}
          onConnectEnd={onConnectEnd}
          isValidConnection={isValid}
          connectionRadius={CONNECT_WITHIN}
          nodesDraggable={!readOnly}
          nodesConnectable={!readOnly}
          edgesReconnectable={false}
          snapToGrid
          snapGrid={[GRID, GRID]}
          deleteKeyCode={null}
          selectionKeyCode="Shift"
          multiSelectionKeyCode={["Control", "Meta"]}
          zoomOnDoubleClick={false}
          minZoom={0.2}
          maxZoom={2}
          fitView
          fitViewOptions={{ padding: 0.15, maxZoom: 1, minZoom: readOnly ? READABLE_ZOOM : undefined }}
        >
          <Background variant={BackgroundVariant.Dots} gap={GRID} size={1} />
          <MiniMap
            pannable
            zoomable
            ariaLabel={null}
            className="canvas-minimap"
            style={{ width: 144, height: 96 }}
            nodeClassName={(node) => `canvas-map-${cards.get((node as DrawnNode).data.document.kind)?.group ?? ""}`}
          />
          <CanvasControls act={act} />
        </ReactFlow>
        <ConnectionHint />
        {graph.nodes.length === 0 && <p className="canvas-empty">{words.empty}</p>}
        {refusal && (
          <p className="canvas-refusal" role="alert">
            {refusal}
          </p>
        )}
        {children}
        <p className="sr-only" aria-live="polite">
          {said}
        </p>
      </section>
      {open?.what === "search" && (
        <NodeSearch
          cards={cards}
          graph={graph}
          start={open.start}
          onPick={(card) => add(card, open.at, open.start)}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.what === "connect" && (
        <ConnectDialog cards={cards} graph={graph} node={open.node} onPick={connect} onClose={() => setOpen(null)} />
      )}
      {open?.what === "keys" && <KeySheet onClose={() => setOpen(null)} />}
    </div>
  );
}

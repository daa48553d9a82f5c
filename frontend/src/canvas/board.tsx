/** The surface: nodes, notes, groups and connections, what is dropped on it, and the dialogs over it. */
import {
  Background,
  BackgroundVariant,
  type FinalConnectionState,
  type IsValidConnection,
  MiniMap,
  type OnConnectEnd,
  ReactFlow,
  useReactFlow,
} from "@xyflow/react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { ConnectionHint } from "./connection-hint";
import { ConnectionLine } from "./connection-line";
import { useCanvas, useCanvasState, useGraph } from "./context";
import { CanvasControls } from "./controls";
import { AlignDialog, ConnectDialog, KeySheet, NodeSearch } from "./dialogs";
import { applyConnectionChanges, applyNodeChanges, type DrawnNode, toDocument } from "./flow";
import { FoldedGroup, GroupFrame } from "./group-frame";
import { useKeepInView } from "./keep-in-view";
import { NodeCard } from "./node-card";
import { NoteCard } from "./note-card";
import { DRAGGED_KIND, Palette } from "./palette";
import { judge, judgeDrop, type PortRef } from "./ports";
import { SelectionBar } from "./selection-bar";
import { GRID, type Position } from "./types";
import { type RunTarget, useActions } from "./use-actions";
import { useCanvasKeys } from "./use-canvas-keys";
import { useClipboard } from "./use-clipboard";
import { useDrawn } from "./use-drawn";
import { words } from "./words";

type Props = {
  showPalette: boolean;
  onRun: (target: RunTarget) => void;
  onOpen: (id: string) => void;
  children?: ReactNode;
};

const nodeTypes = { card: NodeCard, note: NoteCard, frame: GroupFrame, folded: FoldedGroup };
const edgeTypes = { flow: ConnectionLine };
/** On a phone nodes stay legible, and the reader moves the canvas. */
const READABLE_ZOOM = 0.75;
const CONNECT_WITHIN = 36;
const REFUSAL_SHOWN_MS = 4000;

export function Board({ showPalette, onRun, onOpen, children }: Props) {
  const { store, cards, readOnly } = useCanvas();
  const graph = useGraph();
  const selectedNodes = useCanvasState((state) => state.selectedNodes);
  const flow = useReactFlow<DrawnNode>();
  const board = useRef<HTMLDivElement>(null);
  const pointer = useRef<Position | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const { nodes, connections } = useDrawn();
  const { act, add, connect, paste, open, setOpen, said, say } = useActions({ board, pointer, onRun, onOpen });

  const refuse = (reason: string) => {
    setRefusal(reason);
    say(reason);
    window.setTimeout(() => setRefusal((shown) => (shown === reason ? null : shown)), REFUSAL_SHOWN_MS);
  };
  useKeepInView(selectedNodes.size === 1 ? [...selectedNodes][0] : undefined);
  useCanvasKeys(board, act, readOnly);
  useClipboard(board, { store, readOnly, onPaste: paste, say, refuse });

  const isValid: IsValidConnection = (c) => judge(graph, cards, toDocument(c)).allowed;

  const onConnectEnd: OnConnectEnd = (event, state) => {
    if (state.isValid || !state.fromHandle || !state.fromNode) return;
    const start: PortRef = {
      node: state.fromNode.id,
      port: state.fromHandle.id ?? "",
      side: state.fromHandle.type === "source" ? "output" : "input",
    };
    const reason = refusalOf(state, start);
    if (reason) refuse(reason);
    else if (!state.toNode && event.target instanceof Element && event.target.closest(".react-flow__pane")) {
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
        onPointerMove={({ clientX, clientY }) => {
          pointer.current = flow.screenToFlowPosition({ x: clientX, y: clientY });
        }}
        onPointerLeave={() => {
          pointer.current = null;
        }}
        onDoubleClick={(event) => {
          const onPane = event.target instanceof Element && event.target.classList.contains("react-flow__pane");
          if (!onPane || readOnly) return;
          const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
          setOpen({ what: "search", at, start: null });
        }}
      >
        <ReactFlow
          nodes={nodes}
          edges={connections}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodesChange={(changes) => applyNodeChanges(store, changes)}
          onEdgesChange={(changes) => applyConnectionChanges(store, changes)}
          onNodeDragStop={(_, __, dragged) => store.getState().drop(dragged.map(({ id }) => id))}
          onSelectionDragStop={(_, dragged) => store.getState().drop(dragged.map(({ id }) => id))}
          onConnect={(c) => connect(toDocument(c))}
          onConnectEnd={onConnectEnd}
          isValidConnection={isValid}
          connectionRadius={CONNECT_WITHIN}
          nodesDraggable={!readOnly}
          nodesConnectable={!readOnly}
          edgesReconnectable={false}
          elevateNodesOnSelect={false}
          snapToGrid
          snapGrid={[GRID, GRID]}
          deleteKeyCode={null}
          selectionKeyCode="Shift"
          multiSelectionKeyCode={["Control", "Meta", "Shift"]}
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
            nodeClassName={(drawn) => {
              const { type, data } = drawn as DrawnNode;
              return `canvas-map-${type === "card" ? (cards.get(data.document.kind)?.group ?? "") : type}`;
            }}
          />
          <SelectionBar act={act} />
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
      {open?.what === "align" && (
        <AlignDialog
          n={selectedNodes.size}
          onPick={(how) => store.getState().align(how)}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.what === "keys" && <KeySheet onClose={() => setOpen(null)} />}
    </div>
  );
}

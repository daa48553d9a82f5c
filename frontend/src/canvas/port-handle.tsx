/** A port: grows while a connection that it accepts is dragged, dims with the reason while one that it refuses is. */
import { Handle, Position, useConnection } from "@xyflow/react";
import { useCanvas, useCanvasState } from "./context";
import { judgeDrop, type PortRef } from "./ports";
import { graphOf } from "./store";
import type { Port } from "./types";
import { words } from "./words";

type Props = { node: string; port: Port; side: "input" | "output"; top: number; isConnected: boolean };

export function PortHandle({ node, port, side, top, isConnected }: Props) {
  const { cards, readOnly } = useCanvas();
  const start = useConnection((connection) =>
    connection.inProgress
      ? `${connection.fromHandle.type} ${connection.fromNode.id} ${connection.fromHandle.id}`
      : null,
  );
  // Only while a connection is dragged does a port look at the graph: else a moved node would draw every port again.
  const graph = useCanvasState((state) => (start === null ? null : graphOf(state)));
  const me: PortRef = { node, port: port.name, side };
  const from = start === null ? null : parseStart(start);
  const isStart = from !== null && from.node === node && from.port === port.name && from.side === side;
  const verdict = from && graph && !isStart ? judgeDrop(graph, cards, from, me) : null;
  const mood = isStart ? "start" : verdict ? (verdict.allowed ? "accept" : "refuse") : "idle";
  return (
    <Handle
      id={port.name}
      type={side === "input" ? "target" : "source"}
      position={side === "input" ? Position.Left : Position.Right}
      isConnectable={!readOnly}
      style={{ top }}
      className="canvas-port"
      data-shape={port.shape}
      data-mood={mood}
      data-connected={isConnected || undefined}
      title={verdict?.reason ?? words.port(side, port.shape)}
      aria-hidden
    />
  );
}

export function parseStart(start: string): PortRef {
  const [type, node = "", port = ""] = start.split(" ");
  return { node, port, side: type === "source" ? "output" : "input" };
}

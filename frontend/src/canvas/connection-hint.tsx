/** The sentence beside the pointer while a connection is dragged: what dropping it here does, or why it may not. */
import { useConnection } from "@xyflow/react";
import { useCanvas, useGraph } from "./context";
import { judgeDrop } from "./ports";

export function ConnectionHint() {
  const { cards } = useCanvas();
  const graph = useGraph();
  const connection = useConnection();
  if (!connection.inProgress || !connection.toHandle) return null;
  const side = (type: string) => (type === "source" ? ("output" as const) : ("input" as const));
  const { fromHandle, fromNode, toHandle, pointer } = connection;
  const verdict = judgeDrop(
    graph,
    cards,
    { node: fromNode.id, port: fromHandle.id ?? "", side: side(fromHandle.type) },
    { node: toHandle.nodeId, port: toHandle.id ?? "", side: side(toHandle.type) },
  );
  return (
    <div
      className="canvas-hint"
      data-allowed={verdict.allowed}
      style={{ transform: `translate(${pointer.x + 16}px, ${pointer.y + 16}px)` }}
    >
      {verdict.reason}
    </div>
  );
}

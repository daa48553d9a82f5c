/** A connection: a curve, and on it how large the table was that went along it and how long making it took. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, useStore } from "@xyflow/react";
import { memo } from "react";
import { formatSeconds } from "@/lib/format";
import type { DrawnConnection } from "./flow";

/** Farther away the figures could not be read. */
const LEGIBLE_ZOOM = 0.5;

export const ConnectionLine = memo(function ConnectionLine(props: EdgeProps<DrawnConnection>) {
  const { id, data, style, markerEnd } = props;
  const [path, x, y] = getBezierPath(props);
  const isLegible = useStore((state) => state.transform[2] >= LEGIBLE_ZOOM);
  const isTold = data && (data.size !== null || data.seconds !== null);
  return (
    <>
      <BaseEdge id={id} path={path} style={style} markerEnd={markerEnd} />
      {isTold && isLegible && (
        <EdgeLabelRenderer>
          <div className="canvas-flow" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            <span>{data.size}</span>
            <span className="canvas-flow-time">{data.seconds !== null && formatSeconds(data.seconds)}</span>
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

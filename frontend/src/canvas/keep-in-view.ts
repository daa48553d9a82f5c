/** Keeps the selected node in sight. */
import { useReactFlow, useStore } from "@xyflow/react";
import { useEffect } from "react";
import type { DrawnNode } from "./flow";

const MARGIN = 32;

/** A panel that opens beside the canvas must not cover the node it is about. */
export function useKeepInView(id: string | undefined) {
  const flow = useReactFlow<DrawnNode>();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const isDrawn = useStore((state) => (state.nodeLookup.get(id ?? "")?.measured.height ?? 0) > 0);
  useEffect(() => {
    const node = id === undefined ? undefined : flow.getInternalNode(id);
    if (!node || !isDrawn || width === 0) return;
    const { x, y, zoom } = flow.getViewport();
    const { x: left, y: top } = node.internals.positionAbsolute;
    const dx = inside(left * zoom + x, (node.measured.width ?? 0) * zoom, width);
    const dy = inside(top * zoom + y, (node.measured.height ?? 0) * zoom, height);
    if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom });
  }, [flow, id, isDrawn, width, height]);
}

/** How far to move so that something of this size stands between the margins. */
function inside(start: number, size: number, room: number): number {
  if (start + size > room - MARGIN) return room - MARGIN - size - start;
  return start < MARGIN ? MARGIN - start : 0;
}

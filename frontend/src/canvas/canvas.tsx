"use client";
/** The canvas: draws a graph document and turns what hands and keys do into edits of its store. */
import { ReactFlowProvider } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "./canvas.css";
import { type ReactNode, useMemo, useState } from "react";
import { Board } from "./board";
import { CanvasContext, type CanvasContextValue } from "./context";
import { groupByNode } from "./surroundings";
import type { Problem } from "./types";
import { focusItem, type RunTarget } from "./use-actions";

type Props = Omit<CanvasContextValue, "problems" | "editing" | "onEdit"> & {
  problems: readonly Problem[];
  showPalette: boolean;
  onRun: (target: RunTarget) => void;
  /** Somebody wants to work with the node: the panel beside the canvas takes the focus. */
  onOpen: (id: string) => void;
  /** Things laid over the canvas, such as banners. */
  children?: ReactNode;
};

export function Canvas({ problems, showPalette, onRun, onOpen, children, ...rest }: Props) {
  const byNode = useMemo(() => groupByNode(problems), [problems]);
  const [editing, setEditing] = useState<string | null>(null);
  const onEdit = (id: string | null, back?: string) => {
    if (id === null && editing) rest.store.getState().endStep();
    setEditing(id);
    if (back) requestAnimationFrame(() => focusItem(document, back));
  };
  return (
    <CanvasContext value={{ ...rest, problems: byNode, editing, onEdit }}>
      <ReactFlowProvider>
        <Board showPalette={showPalette} onRun={onRun} onOpen={onOpen}>
          {children}
        </Board>
      </ReactFlowProvider>
    </CanvasContext>
  );
}

/** What every node on the canvas needs beside its own document. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Cards } from "./ports";
import { type CanvasState, type CanvasStore, graphOf } from "./store";
import type { NodeState, Problem } from "./types";

export type CanvasContextValue = {
  store: CanvasStore;
  cards: Cards;
  states: ReadonlyMap<string, NodeState>;
  problems: ReadonlyMap<string, Problem[]>;
  /** Names on screen of ids and kinds that stand in parameters. */
  names: ReadonlyMap<string, string>;
  readOnly: boolean;
  /** The note that is being written, or the group whose title is. */
  editing: string | null;
  /** Begin or end writing; `back` gets the focus that the text field had. */
  onEdit: (id: string | null, back?: string) => void;
};

export const CanvasContext = createContext<CanvasContextValue | null>(null);

export function useCanvas(): CanvasContextValue {
  const value = useContext(CanvasContext);
  if (!value) throw new Error("useCanvas outside a canvas");
  return value;
}

export function useCanvasState<T>(pick: (state: CanvasState) => T): T {
  return useStore(useCanvas().store, pick);
}

export const useGraph = () => useCanvasState(graphOf);

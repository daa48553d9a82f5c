/** What the canvas knows: documents with nodes, connections and ports. It knows no node kind by name. */

export type Shape = "table" | "model";

export type Port = { name: string; label: string; shape: Shape };

export type Card = {
  kind: string;
  title: string;
  group: string;
  icon: string;
  summary: string;
  inputs: Port[];
  outputs: Port[];
  telling: string[];
  schema: Record<string, unknown>;
  available: boolean;
  unavailable_reason: string | null;
};

export type Position = { x: number; y: number };

export type NodeDocument = {
  id: string;
  kind: string;
  parameters: Record<string, unknown>;
  title: string | null;
  position: Position;
};

export type ConnectionDocument = { from_node: string; from_port: string; to_node: string; to_port: string };

export type GraphDocument = { schema: 1; nodes: NodeDocument[]; connections: ConnectionDocument[] };

export type Problem = { node: string | null; field: string | null; message: string; severity: "error" | "warning" };

/** What is known of a node's last execution; the canvas shows it in the foot of the node. */
export type NodeState = {
  state: "waiting" | "running" | "succeeded" | "failed" | "cached" | "skipped" | "cancelled" | null;
  freshness: "fresh" | "stale" | "never";
  seconds: number | null;
  n_rows: number | null;
  n_columns: number | null;
  reason: string | null;
};

/** Nodes stand on this grid, in canvas units. */
export const GRID = 16;
export const NODE_WIDTH = 200;

export const emptyGraph: GraphDocument = { schema: 1, nodes: [], connections: [] };

/** What the canvas knows: documents with nodes, connections and ports. It knows no node kind by name. */
import type { CardPort, Graph, Card as KindCard, NodeStateOut } from "@/api/types";

export type Port = CardPort;
export type Shape = Port["shape"];
export type Card = KindCard;
export type GraphDocument = Graph;
export type NodeDocument = Graph["nodes"][number];
export type ConnectionDocument = Graph["connections"][number];
export type NoteDocument = Graph["notes"][number];
export type GroupDocument = Graph["groups"][number];
export type Position = NodeDocument["position"];
export type Size = { width: number; height: number };
export type Rectangle = Position & Size;
export type { Problem } from "@/api/types";

export type NodeLook = "waiting" | "running" | "succeeded" | "failed" | "cached" | "skipped" | "cancelled";

/** What is known of a node's last execution; the canvas shows it in the foot of the node. */
export type NodeState = Omit<NodeStateOut, "state" | "run_id"> & { state: NodeLook | null };
export type Finding = NodeState["findings"][number];

/** Nodes stand on this grid, in canvas units. */
export const GRID = 16;
export const NODE_WIDTH = 200;

export const emptyGraph: GraphDocument = { schema: 1, nodes: [], connections: [], notes: [], groups: [] };

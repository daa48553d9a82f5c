/** Which columns reach a node, and what a node does to them. */
import type { Column, Dataset, Schema, Schemas } from "@/api/types";
import type { GraphDocument } from "@/canvas/types";

/** The schema at the node's first connected input. */
export function incoming(graph: GraphDocument, schemas: Schemas, node: string): Schema | null {
  for (const c of graph.connections) {
    const schema = c.to_node === node ? schemas[c.from_node]?.[c.from_port] : undefined;
    if (schema) return schema;
  }
  return null;
}

export function outgoing(schemas: Schemas, node: string): Schema | null {
  return Object.values(schemas[node] ?? {})[0] ?? null;
}

/** The columns a form of this node may offer. A node without inputs offers those of the dataset it names. */
export function offered(
  graph: GraphDocument,
  schemas: Schemas,
  node: string,
  datasets: readonly Dataset[],
): readonly Column[] | null {
  const arriving = incoming(graph, schemas, node);
  if (arriving) return arriving.columns;
  if (graph.connections.some((c) => c.to_node === node)) return null;
  const own = outgoing(schemas, node);
  if (own) return own.columns;
  const parameters = graph.nodes.find((n) => n.id === node)?.parameters ?? {};
  return datasets.find((dataset) => Object.values(parameters).includes(dataset.id))?.columns ?? null;
}

/** The columns of the dataset node that this node's rows come from. */
export function ofDataset(
  graph: GraphDocument,
  schemas: Schemas,
  node: string,
  datasets: readonly Dataset[],
): readonly Column[] | null {
  const before = graph.connections.find((c) => c.to_node === node)?.from_node;
  if (before === undefined) return offered(graph, schemas, node, datasets);
  // Without the way that was just gone, so that a circle ends.
  const rest = { ...graph, connections: graph.connections.filter((c) => c.to_node !== node) };
  return ofDataset(rest, schemas, before, datasets);
}

export type ColumnChanges = { added: string[]; removed: string[]; changed: string[] };

export function columnChanges(before: Schema, after: Schema): ColumnChanges {
  const old = new Map(before.columns.map((column) => [column.name, column.kind]));
  const kept = new Map(after.columns.map((column) => [column.name, column.kind]));
  return {
    added: [...kept.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !kept.has(name)),
    changed: [...kept].filter(([name, kind]) => old.has(name) && old.get(name) !== kind).map(([name]) => name),
  };
}

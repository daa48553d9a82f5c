/** A small catalogue and graph for tests of the canvas. */
import type { Card, GraphDocument, GroupDocument, NodeDocument, NoteDocument, Port } from "./types";

const rows: Port = { name: "table", label: "Rows", shape: "table" };
const model: Port = { name: "model", label: "Model", shape: "model" };

function card(kind: string, title: string, group: string, inputs: Port[], outputs: Port[]): Card {
  return {
    family: "node",
    page: "",
    kind,
    title,
    group,
    icon: "box",
    summary: "",
    inputs,
    outputs,
    telling: [],
    schema: {},
    available: true,
    unavailable_reason: null,
  };
}

export const cards: ReadonlyMap<string, Card> = new Map(
  [
    card("dataset", "Dataset", "data", [], [rows]),
    card("split", "Split", "prepare", [rows], [rows]),
    card("scale", "Scale", "prepare", [rows], [rows]),
    card("train", "Train", "train", [rows], [model]),
    card("evaluate", "Evaluate", "evaluate", [model], []),
  ].map((c) => [c.kind, c]),
);

export const cardOf = (kind: string): Card => {
  const found = cards.get(kind);
  if (!found) throw new Error(`no card ${kind}`);
  return found;
};

export const node = (id: string, kind: string, x = 0, y = 0): NodeDocument => ({
  id,
  kind,
  parameters: {},
  title: null,
  position: { x, y },
});

export const join = (from: string, to: string, port = "table") => ({
  from_node: from,
  from_port: port,
  to_node: to,
  to_port: port,
});

export const graph: GraphDocument = {
  schema: 1,
  nodes: [node("d", "dataset"), node("s", "split"), node("c", "scale"), node("t", "train"), node("e", "evaluate")],
  connections: [join("d", "s"), join("s", "c"), join("c", "t"), join("t", "e", "model")],
  notes: [],
  groups: [],
};

export const note = (id: string, x = 0, y = 0, text = "A note"): NoteDocument => ({
  id,
  text,
  position: { x, y },
  width: 208,
  height: 112,
});

export const group = (id: string, members: string[], is_collapsed = false): GroupDocument => ({
  id,
  title: id,
  members,
  is_collapsed,
});

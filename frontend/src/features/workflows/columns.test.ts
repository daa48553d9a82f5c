import { describe, expect, it } from "vitest";
import type { Column, Dataset, Schema } from "@/api/types";
import { columnChanges, ofDataset, offered } from "./columns";

const column = (name: string, kind: Column["kind"] = "number"): Column => ({
  name,
  kind,
  dtype: "float",
  n_unique: null,
  missing_fraction: null,
  categories: [],
  minimum: null,
  maximum: null,
});
const schema = (...columns: Column[]): Schema => ({
  columns,
  target: null,
  task: null,
  has_split: false,
  splitting: null,
});
const node = (id: string, kind: string, parameters = {}) => ({
  id,
  kind,
  parameters,
  title: null,
  position: { x: 0, y: 0 },
});
const graph = {
  schema: 1 as const,
  nodes: [node("d", "dataset", { dataset: "ds_1" }), node("s", "split"), node("x", "scale")],
  connections: [{ from_node: "d", from_port: "table", to_node: "s", to_port: "table" }],
  notes: [],
  groups: [],
};
const datasets = [{ id: "ds_1", columns: [column("price")] } as Dataset];
const names = (columns: readonly Column[] | null) => columns?.map((c) => c.name) ?? null;

describe("columns that a form offers", () => {
  it("are those that arrive", () => {
    expect(names(offered(graph, { d: { table: schema(column("a")) } }, "s", datasets))).toEqual(["a"]);
  });

  it("are the dataset's own where nothing arrives", () => {
    expect(names(offered(graph, {}, "d", datasets))).toEqual(["price"]);
  });

  it("are unknown while the node before is not set, or there is none", () => {
    expect(offered(graph, {}, "s", datasets)).toBeNull();
    expect(offered(graph, {}, "x", datasets)).toBeNull();
  });
});

describe("columns of the dataset", () => {
  const between = (from_node: string, to_node: string) => ({
    from_node,
    from_port: "table",
    to_node,
    to_port: "table",
  });
  const chain = { ...graph, connections: [between("d", "s"), between("s", "x")] };

  it("are offered also where they no longer arrive", () => {
    const schemas = { d: { table: schema(column("a"), column("dropped")) }, s: { table: schema(column("a")) } };
    expect(names(offered(chain, schemas, "x", datasets))).toEqual(["a"]);
    expect(names(ofDataset(chain, schemas, "x", datasets))).toEqual(["a", "dropped"]);
  });

  it("are unknown in a circle, or without a dataset", () => {
    const circle = { ...graph, connections: [...chain.connections, between("x", "d")] };
    expect(ofDataset(circle, {}, "x", datasets)).toBeNull();
    expect(ofDataset({ ...graph, connections: [] }, {}, "x", datasets)).toBeNull();
  });
});

describe("what a node does to columns", () => {
  it("names those added, removed and of another kind", () => {
    const before = schema(column("a"), column("b", "category"), column("c"));
    const after = schema(column("a"), column("b"), column("b=x"));
    expect(columnChanges(before, after)).toEqual({ added: ["b=x"], removed: ["c"], changed: ["b"] });
  });
});

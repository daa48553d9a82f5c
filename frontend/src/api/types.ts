/** What the API answers, by the names of the house. */
import type { components } from "./schema";

/** What is sent: fields with a default are never left out of an answer. */
export type Sent<T> = T extends (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [Name in keyof T]-?: Sent<T[Name]> }
    : T;

type Named = { [Name in keyof components["schemas"]]: Sent<components["schemas"][Name]> };

export type Page<T> = { items: T[]; next: string | null };

export type Me = Named["MeOut"];
export type Key = Named["KeyOut"];
export type NewKey = Named["NewKeyOut"];
export type Attempt = Named["AttemptOut"];
export type System = Named["SystemOut"];

export type Dataset = Named["DatasetOut"];
export type Column = Named["Column"];
export type ColumnKind = Column["kind"];
export type Dtype = Column["dtype"];
export type Schema = { columns: Column[]; target: string | null; task: Task | null; has_split: boolean };
export type Profile = Named["ProfileOut"];
export type ColumnProfile = Named["ColumnProfile"];
export type Warning = Named["Note"];
export type Sample = Named["SampleOut"];
export type Task = "classification" | "regression";
export type Rows = Named["RowsOut"];
export type Cell = string | number | boolean | null;

export type Run = Named["RunOut"];
export type RunState = Run["state"];
export type Step = Named["StepOut"];
export type RunError = Named["RunErrorOut"];
export type RunCounts = Named["RunCounts"];
export type LogLine = { level: string; message: string; at: string };

export type Graph = {
  schema: 1;
  nodes: {
    id: string;
    kind: string;
    parameters: Record<string, unknown>;
    title: string | null;
    position: { x: number; y: number };
  }[];
  connections: { from_node: string; from_port: string; to_node: string; to_port: string }[];
};
export type Problem = { node: string | null; field: string | null; message: string; severity: "error" | "warning" };
export type Schemas = Record<string, Record<string, Schema>>;
export type Check = { problems: Problem[]; schemas: Schemas };
export type WorkflowSummary = {
  id: string;
  name: string;
  version: number;
  n_nodes: number;
  last_run: Run | null;
  created_at: string;
  updated_at: string;
};
export type Workflow = {
  id: string;
  name: string;
  version: number;
  graph: Graph;
  problems: Problem[];
  schemas: Schemas;
  last_run: Run | null;
  created_at: string;
  updated_at: string;
};
export type WorkflowVersion = {
  workflow_id: string;
  number: number;
  name: string;
  n_nodes: number;
  saved_at: string;
  graph: Graph | null;
};
export type NodeStateOut = {
  freshness: "fresh" | "stale" | "never";
  state: string | null;
  seconds: number | null;
  n_rows: number | null;
  n_columns: number | null;
  run_id: string | null;
  reason: string | null;
};
export type NodeResult = {
  state: string;
  run_id: string | null;
  fresh: boolean;
  schema: Schema | null;
  preview: Rows | null;
  metrics: Metric[];
  charts: ChartSpec[];
  model_id: string | null;
  message: string | null;
};

export type Metric = {
  name: string;
  label: string;
  value: number | null;
  split: string;
  n: number;
  higher_is_better: boolean;
  unavailable: string | null;
  baseline?: number | null;
};
export type ChartSpec = {
  id: string;
  title: string;
  kind: string;
  spec: Record<string, unknown> | null;
  unavailable: string | null;
};
export type SignatureInput = {
  name: string;
  kind: ColumnKind;
  dtype: Dtype;
  required: boolean;
  categories: string[];
  minimum: number | null;
  maximum: number | null;
  example: Cell;
};
export type Signature = { inputs: SignatureInput[]; output: { name: string; classes: string[] | null } };
export type Importance = { column: string; value: number };
export type Model = {
  id: string;
  name: string;
  task: Task;
  engine: string;
  target: string;
  signature: Signature;
  metrics: Metric[];
  charts: ChartSpec[];
  importance: Importance[];
  training_profile: Record<string, unknown>;
  environment: Record<string, string>;
  parameters: Record<string, unknown>;
  workflow: { id: string; version: number } | null;
  dataset: { id: string; name: string; content_hash: string } | null;
  run_id: string | null;
  endpoint_id: string | null;
  size_bytes: number;
  seconds: number;
  created_at: string;
  card: string;
};
export type Endpoint = {
  id: string;
  name: string;
  servable: { kind: string; id: string };
  signature: Signature;
  n_calls: number;
  created_at: string;
};
export type CallOutput = { prediction: Cell; probabilities: Record<string, number> | null };
export type CallResult = { call_id: string; outputs: CallOutput[]; latency_seconds: number; warnings: string[] };

export type CardPort = { name: string; label: string; shape: "table" | "model" };
export type Card = {
  family: string;
  kind: string;
  title: string;
  group: string;
  icon: string;
  summary: string;
  page: string;
  schema: Record<string, unknown>;
  inputs: CardPort[];
  outputs: CardPort[];
  telling: string[];
  available: boolean;
  unavailable_reason: string | null;
};
export type Kinds = Record<string, Card[]>;

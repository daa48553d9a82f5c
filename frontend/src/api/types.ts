/** What the API answers, by the names of the house. */

export type Page<T> = { items: T[]; next: string | null };
export type Task = "classification" | "regression";

export type Me = {
  id: string;
  email: string | null;
  name: string;
  is_owner: boolean;
  has_password: boolean;
  scopes: string[];
  csrf_token: string | null;
};
export type Key = {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  created_at: string;
  expires_at: string | null;
  used_at: string | null;
};
export type NewKey = Key & { key: string };
export type Attempt = { at: string; email: string; address: string; has_succeeded: boolean };
export type System = {
  version: string;
  environment: string;
  registration: "open" | "closed";
  limits: { max_upload_bytes: number; max_columns: number };
};

export type ColumnKind = "number" | "category" | "text" | "date" | "id" | "constant";
export type Dtype = "integer" | "float" | "boolean" | "string" | "date" | "datetime";
export type Column = {
  name: string;
  kind: ColumnKind;
  dtype: Dtype;
  n_unique: number | null;
  missing_fraction: number | null;
  categories: string[];
  minimum: number | null;
  maximum: number | null;
};
export type Schema = { columns: Column[]; target: string | null; task: Task | null; has_split: boolean };

export type DatasetState = "reading" | "ready" | "failed";
export type Warning = {
  kind: string;
  severity: "warning" | "info";
  column: string | null;
  message: string;
  hint: string | null;
};
export type SuggestedTarget = { column: string; task: Task; why: string };
export type Dataset = {
  id: string;
  name: string;
  state: DatasetState;
  filename: string;
  format: string;
  size_bytes: number;
  n_rows: number | null;
  n_columns: number | null;
  content_hash: string | null;
  target: string | null;
  suggested_targets: SuggestedTarget[];
  columns: Column[];
  warnings: Warning[];
  n_warnings: number;
  error: { message: string; hint: string | null } | null;
  run_id: string | null;
  sample: { key: string; licence: string; source: string } | null;
  created_at: string;
};
export type Quantiles = { min: number; p05: number; p25: number; p50: number; p75: number; p95: number; max: number };
export type ProfileColumn = Column & {
  n_missing: number;
  quantiles: Quantiles | null;
  mean: number | null;
  std: number | null;
  histogram: { edges: (number | string)[]; counts: number[] } | null;
  top_values: { value: string; count: number }[];
  target_association: { measure: string; value: number } | null;
};
export type Profile = {
  n_rows: number;
  n_columns: number;
  n_duplicate_rows: number;
  sampled: boolean;
  columns: ProfileColumn[];
  warnings: Warning[];
};
export type Cell = string | number | boolean | null;
export type Rows = { columns: string[]; rows: Cell[][]; total: number };
export type Sample = {
  key: string;
  name: string;
  description: string;
  task: Task | null;
  target: string | null;
  n_rows: number;
  n_columns: number;
  licence: string;
  source: string;
};

export type RunState = "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
export type StepState = "running" | "succeeded" | "failed" | "cached" | "skipped";
export type Step = {
  id: string;
  title: string;
  state: string;
  seconds: number | null;
  n_rows: number | null;
  n_columns: number | null;
  message: string | null;
};
export type RunError = { message: string; hint: string | null; step: string | null };
export type Run = {
  id: string;
  kind: string;
  title: string;
  state: RunState;
  subject: { kind: string; id: string } | null;
  retry_of: string | null;
  progress_fraction: number;
  message: string;
  steps: Step[];
  attempts: number;
  max_attempts: number;
  is_cancelling: boolean;
  cost: { wall_seconds: number | null; cpu_seconds: number | null; peak_memory_bytes: number | null } | null;
  error: RunError | null;
  result: Record<string, unknown> | null;
  spec: Record<string, unknown>;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
};
export type RunCounts = Record<RunState, number>;
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

export type Dataset = Schemas["DatasetOut"];
export type Column = Schemas["Column"];
export type ColumnKind = Column["kind"];
export type Profile = Schemas["ProfileOut"];
export type ColumnProfile = Schemas["ColumnProfile"];
export type Warning = Schemas["Note"];
export type Sample = Schemas["SampleOut"];
export type Task = Sample["task"];

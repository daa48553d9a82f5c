/** What the API answers, by the names of the house. */
import type { components } from "./schema";

/** What is sent: fields with a default are never left out of an answer. */
export type Sent<T> = T extends (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [Name in keyof T]-?: Sent<T[Name]> }
    : T;

/** Every shape by its name on the server; a room whose pages alone use one names it there. */
export type Named = { [Name in keyof components["schemas"]]: Sent<components["schemas"][Name]> };

export type Page<T> = { items: T[]; next: string | null };

export type Me = Named["MeOut"];
export type Key = Named["KeyOut"];
export type NewKey = Named["NewKeyOut"];
export type Attempt = Named["SignInAttemptOut"];
export type System = Named["SystemOut"];

export type Dataset = Named["DatasetOut"];
export type Column = Named["Column"];
export type ColumnKind = Column["kind"];
export type Dtype = Column["dtype"];
export type Schema = Named["Schema"];
export type Profile = Named["ProfileOut"];
export type ColumnProfile = Named["ColumnProfile"];
export type Warning = Named["Note"];
export type Sample = Named["SampleOut"];
export type Task = NonNullable<Schema["task"]>;
export type Rows = Named["RowsOut"];
export type Cell = string | number | boolean | null;

export type Run = Named["RunOut"];
export type RunState = Run["state"];
export type Step = Named["StepOut"];
export type Trial = Named["TrialOut"];
export type Finding = Named["FindingOut"];
export type RunError = Named["RunErrorOut"];
export type RunCounts = Named["RunCounts"];
/** The `log` event of a run's stream; events are not part of the description. */
export type LogLine = { level: string; message: string; at: string };

export type Graph = Named["Graph"];
export type Problem = Named["Problem"];
export type Schemas = Workflow["schemas"];
export type Check = Named["Check"];
export type WorkflowSummary = Named["WorkflowSummary"];
export type Workflow = Named["WorkflowOut"];
export type WorkflowVersion = Named["VersionOut"];
export type NodeStateOut = Named["NodeStateOut"];
export type Metric = Named["MetricOut"];
export type ChartSpec = Named["ChartOut"];
/** What the results panel of a node shows; its metrics and charts are those of models. */
/** Metrics of parts of the rows: by class, by group. */
export type Report = Named["Report"];
export type NodeResult = Omit<Named["NodeResultOut"], "metrics" | "charts"> & {
  metrics: Metric[];
  charts: ChartSpec[];
};

/** `is_said`: an LLM says the answer, in its own words or as one of the classes; nothing is predicted or learned. */
export type Signature = Omit<Named["SignatureOut"], "output"> & {
  output: Named["SignatureOut"]["output"] & { is_said?: boolean };
};
export type SignatureInput = Named["SignatureInputOut"];
export type Importance = Named["ImportanceOut"];
export type ModelSummary = Named["ModelSummary"];
export type Model = Named["ModelOut"];
export type Lineage = Named["LineageOut"];
export type Versions = Named["VersionsOut"];
export type Promotion = Named["PromotionOut"];
export type Dependents = Named["DependentsOut"];
export type Comparison = Named["ComparisonOut"];
export type ComparedLine = Named["LineOut"];
export type ComparedMetric = Named["MetricLineOut"];
export type Paired = Named["PairedOut"];
export type Difference = Named["DifferenceOut"];
export type Endpoint = Omit<Named["EndpointOut"], "signature"> & { signature: Signature };
/** `spans` are places in a text, from and to, counted in code points. */
export type Reason = Omit<Named["ReasonOut"], "value" | "spans"> & { value: Cell; spans: [number, number][] | null };
export type Why = Omit<Named["WhyOut"], "reasons"> & { reasons: Reason[] };
export type CallOutput = Omit<Named["OutputOut"], "why"> & { why: Why | null };
export type CallResult = Omit<Named["CallOut"], "outputs"> & { outputs: CallOutput[] };
export type PastCall = Omit<Named["PastCallOut"], "outputs"> & { outputs: CallOutput[] };
export type CallPage = Omit<Named["CallPage"], "items"> & { items: PastCall[] };
export type Correction = Omit<Named["CorrectionOut"], "inputs"> & { inputs: Record<string, Cell> };
export type Accuracy = Named["AccuracyOut"];
export type Measured = Pick<Accuracy, "n" | "value" | "low" | "high">;
export type Threshold = Named["ThresholdOut"];
export type Thresholds = Named["ThresholdsOut"];
export type Usage = Named["UsageOut"];
export type Used = Named["UsedOut"];
export type Drift = Named["DriftOut"];
export type ColumnDrift = Named["ColumnDriftOut"];
export type PredictionDrift = Named["PredictionDriftOut"];
export type ShiftedWord = Named["ShiftedWordOut"];
export type EndpointKey = Named["EndpointKeyOut"];
export type NewEndpointKey = Named["NewEndpointKeyOut"];
export type Snippet = Named["SnippetOut"];
export type PublicEndpoint = Omit<Named["PublicEndpointOut"], "signature"> & { signature: Signature };
export type PublicResult = Omit<Named["PublicCallOut"], "outputs"> & { outputs: CallOutput[] };

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
  /** What an engine can predict. */
  tasks?: Task[];
};
export type Kinds = Record<string, Card[]>;

export type Template = Named["TemplateOut"];
export type GraphDiff = Named["GraphDiff"];
export type DiffValue = Named["Change"];
export type Schedule = Named["ScheduleDetail"];
export type ScheduledStart = Named["StartOut"];
export type ScheduleTimes = Named["ScheduleTimes"];
export type ImportPlan = Named["ImportPlanOut"];

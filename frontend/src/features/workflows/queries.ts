/** What the workflow pages read from the server, and what they ask it to do. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, post, put, remove } from "@/api/client";
import type {
  Check,
  Dataset,
  Graph,
  ModelSummary,
  NodeResult,
  NodeStateOut,
  Page,
  Run,
  Sample,
  Workflow,
  WorkflowSummary,
  WorkflowVersion,
} from "@/api/types";

const READING_MS = 1000;

export const keys = {
  all: ["workflows"] as const,
  list: ["workflows", "list"] as const,
  steps: (id: string) => ["workflows", "steps", id] as const,
  results: (id: string) => ["workflows", "results", id] as const,
  versions: (id: string) => ["workflows", "versions", id] as const,
};

export const listQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.list, search],
    queryFn: ({ pageParam, signal }) => get<Page<WorkflowSummary>>("/workflows", { search, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

/** Read anew whenever the canvas opens, and never again while it is open: the canvas holds the document then. */
export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: ["workflows", "one", id],
    queryFn: ({ signal }) => get<Workflow>(`/workflows/${id}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export const datasetsQuery = queryOptions({
  queryKey: ["datasets", "choices"],
  queryFn: ({ signal }) => get<Page<Dataset>>("/datasets", { limit: 200 }, signal),
  // A file that is being read changes by itself.
  refetchInterval: ({ state }) => (state.data?.items.some(({ state }) => state === "reading") ? READING_MS : false),
});

export const samplesQuery = queryOptions({
  queryKey: ["samples"],
  queryFn: ({ signal }) => get<Sample[]>("/samples", undefined, signal),
});

export const checkQuery = (id: string, graph: Graph, meaning: string) =>
  queryOptions({
    queryKey: ["workflows", "check", id, meaning],
    queryFn: () => post<Check>("/workflows/check", { graph }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
  });

export const stepsQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: [...keys.steps(id), version],
    queryFn: ({ signal }) => get<Record<string, NodeStateOut>>(`/workflows/${id}/steps`, undefined, signal),
    placeholderData: keepPreviousData,
  });

export const resultQuery = (id: string, node: string, version: number) =>
  queryOptions({
    queryKey: [...keys.results(id), node, version],
    queryFn: ({ signal }) => get<NodeResult>(`/workflows/${id}/nodes/${node}`, undefined, signal),
  });

export const modelsOfQuery = (id: string) =>
  queryOptions({
    queryKey: ["models", "of", id],
    queryFn: async ({ signal }) => {
      const page = await get<Page<ModelSummary>>("/models", { limit: 200 }, signal);
      return page.items.filter((model) => model.workflow?.id === id);
    },
  });

type NewWorkflow = { name: string; graph?: Graph; dataset?: string; target?: string };
export const createWorkflow = (body: NewWorkflow) => post<Workflow>("/workflows", body);
export const getWorkflow = (id: string) => get<Workflow>(`/workflows/${id}`);
export const getVersion = (id: string, n: number) => get<WorkflowVersion>(`/workflows/${id}/versions/${n}`);
export const saveWorkflow = (id: string, body: { name: string; graph: Graph; version: number }) =>
  put<Workflow>(`/workflows/${id}`, body);
export const deleteWorkflow = (id: string) => remove(`/workflows/${id}`);
/** Adds the sample and waits until it is read: its columns decide which workflow suits it. */
export async function addSample(key: string): Promise<Dataset> {
  let dataset = await post<Dataset>(`/samples/${key}`);
  while (dataset.state === "reading") {
    await new Promise((resolve) => setTimeout(resolve, READING_MS));
    dataset = await get<Dataset>(`/datasets/${dataset.id}`);
  }
  return dataset;
}
export const startRun = (workflow: string, target: { until: string | null; anew: string | null }) =>
  post<Run>("/runs", { kind: "workflow", workflow, ...target });
export const cancelRun = (id: string) => post<Run>(`/runs/${id}/cancel`);
/** Ends a search now and keeps the best it has found. */
export const finishRun = (id: string) => post<Run>(`/runs/${id}/finish`);

export async function duplicateWorkflow(id: string, rename: (name: string) => string): Promise<Workflow> {
  const { name, graph } = await getWorkflow(id);
  return createWorkflow({ name: rename(name), graph });
}

export async function renameWorkflow(id: string, name: string): Promise<Workflow> {
  const { graph, version } = await getWorkflow(id);
  return saveWorkflow(id, { name, graph, version });
}

import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";

const RECENT = 6;
const newest = { params: { query: { limit: RECENT } } };

export const recentDatasets = () =>
  queryOptions({
    queryKey: ["datasets", "recent"],
    queryFn: async () => (await unwrap(api.GET("/api/v1/datasets", newest))).items,
  });

export const recentWorkflows = () =>
  queryOptions({
    queryKey: ["workflows", "recent"],
    queryFn: async () => (await unwrap(api.GET("/api/v1/workflows", newest))).items,
  });

export const recentModels = () =>
  queryOptions({
    queryKey: ["models", "recent"],
    queryFn: async () => (await unwrap(api.GET("/api/v1/models", newest))).items,
  });

export const recentRuns = () =>
  queryOptions({
    queryKey: ["runs", "recent"],
    queryFn: async () => (await unwrap(api.GET("/api/v1/runs", newest))).items,
    refetchInterval: ({ state }) => (state.data?.some((run) => run.finished_at === null) ? 2_000 : false),
  });

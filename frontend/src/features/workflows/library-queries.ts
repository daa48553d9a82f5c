/** What templates, workflow files, versions and schedules read from the server and ask it to do. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, patch, post, put, remove } from "@/api/client";
import type {
  GraphDiff,
  ImportPlan,
  Page,
  Schedule,
  ScheduleTimes,
  Template,
  Workflow,
  WorkflowVersion,
} from "@/api/types";
import { keys } from "./queries";

const LOOK_MS = 5000;

export const templatesQuery = queryOptions({
  queryKey: ["workflows", "templates"],
  queryFn: ({ signal }) => get<Template[]>("/workflows/templates", undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});
export const takeTemplate = (key: string) => post<Workflow>(`/workflows/templates/${key}`);

export const checkImport = (document: unknown) => post<ImportPlan>("/workflows/import/check", { document });
export const importWorkflow = (body: { document: unknown; name: string; datasets: Record<string, string | null> }) =>
  post<Workflow>("/workflows/import", body);
export const exportedFile = (id: string) => get<unknown>(`/workflows/${id}/export`);

export const versionsQuery = (id: string, labelled: boolean) =>
  infiniteQueryOptions({
    queryKey: [...keys.versions(id), labelled],
    queryFn: ({ pageParam, signal }) =>
      get<Page<WorkflowVersion>>(`/workflows/${id}/versions`, { cursor: pageParam, labelled }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
export const labelVersion = (id: string, n: number, label: string) =>
  patch<WorkflowVersion>(`/workflows/${id}/versions/${n}`, { label });
export const diffQuery = (id: string, before: number, after: number) =>
  queryOptions({
    queryKey: [...keys.versions(id), "diff", before, after],
    queryFn: ({ signal }) => get<GraphDiff>(`/workflows/${id}/diff`, { before, after }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });

export const scheduleQuery = (id: string) =>
  queryOptions({
    queryKey: ["workflows", "schedule", id],
    queryFn: ({ signal }) => get<Schedule | null>(`/workflows/${id}/schedule`, undefined, signal),
    refetchInterval: LOOK_MS,
  });
export const timesQuery = (cron: string, timezone: string) =>
  queryOptions({
    queryKey: ["workflows", "times", cron, timezone],
    queryFn: ({ signal }) => get<ScheduleTimes>("/workflows/schedule-times", { cron, timezone }, signal),
    enabled: cron !== "",
    retry: false,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
export const saveSchedule = (id: string, body: { cron: string; timezone: string; is_paused: boolean }) =>
  put<Schedule>(`/workflows/${id}/schedule`, body);
export const removeSchedule = (id: string) => remove(`/workflows/${id}/schedule`);

/** Runs as they go: the row is read once, then its events are folded into it. */
import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";
import { readEvents, type StreamEvent } from "@/lib/event-stream";
import { address, api, unwrap } from "./client";
import type { LogLine, Run, RunError, RunState, Step, Trial } from "./types";

export const isFinal = (state: RunState) => state === "succeeded" || state === "failed" || state === "cancelled";

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", "one", id],
    queryFn: () => unwrap(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: id } } })),
  });

export const runLogKey = (id: string) => ["runs", "log", id] as const;

/** Fold one event into the run's row, as the server does. */
export function foldEvent(run: Run, { kind, data }: StreamEvent): Run {
  const fields = data as Record<string, unknown>;
  if (kind === "progress")
    return { ...run, progress_fraction: fields.fraction as number, message: fields.message as string };
  if (kind === "state")
    return {
      ...run,
      state: fields.state as RunState,
      // Whoever says so is alive: another worker, where it is not the first attempt.
      attempts: Math.max(run.attempts, (fields.attempt as number | undefined) ?? 0),
      is_lost: false,
      started_at: run.started_at ?? (fields.state === "running" ? ((fields.at as string | undefined) ?? null) : null),
      error: (fields.error as RunError | null | undefined) ?? run.error,
    };
  if (kind === "step") return { ...run, steps: withStep(run.steps, fields as Step) };
  if (kind === "trial") return { ...run, steps: withTrial(run.steps, fields as Trial & { node: string }) };
  if (kind === "result") return { ...run, result: withoutMoment(fields) };
  return run;
}

/** Events name only what they know. */
const UNKNOWN = {
  title: "",
  state: "running",
  seconds: null,
  n_rows: null,
  n_columns: null,
  message: null,
  trials: [],
  findings: [],
};
const UNKNOWN_TRIAL = {
  metric: null,
  higher_is_better: null,
  score: null,
  interval: null,
  fit_seconds: null,
  row_seconds: null,
  size_bytes: null,
  message: null,
};

function withStep(steps: Step[], step: Step): Step[] {
  if (!steps.some((known) => known.id === step.id)) return [...steps, { ...UNKNOWN, ...step }];
  return steps.map((known) => (known.id === step.id ? { ...known, ...step } : known));
}

/** Add or renew one row of a step's leaderboard. */
function withTrial(steps: Step[], { node, ...trial }: Trial & { node: string }): Step[] {
  const known = steps.some((step) => step.id === node) ? steps : [...steps, { id: node, ...UNKNOWN }];
  return known.map((step) => {
    if (step.id !== node) return step;
    const before = step.trials.find(({ id }) => id === trial.id);
    const row = { ...UNKNOWN_TRIAL, ...before, ...trial };
    return {
      ...step,
      trials: before ? step.trials.map((each) => (each === before ? row : each)) : [...step.trials, row],
    };
  });
}

function withoutMoment({ at: _at, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

/**
 * The run, kept up to date over its event stream until it ends; `onEnd` is called once with the final row, also where
 * it had ended before it was first read here: whoever still shows it as running learns so.
 */
export function useLiveRun(id: string | null, onEnd?: (run: Run) => void) {
  const client = useQueryClient();
  const query = useQuery({ ...runQuery(id ?? ""), enabled: id !== null });
  const isLive = query.data !== undefined && !isFinal(query.data.state);
  const isOver = query.data !== undefined && isFinal(query.data.state);
  const followed = useRef<string | null>(null);
  const ended = useEffectEvent((run: Run | undefined) => run && onEnd?.(run));
  useEffect(() => {
    if (id === null || followed.current === id || !isOver) return;
    followed.current = id;
    ended(query.data);
  }, [id, isOver, query.data]);
  useEffect(() => {
    if (id === null || !isLive) return;
    followed.current = id;
    const stop = new AbortController();
    void follow(client, id, stop.signal).then((run) => run && ended(run));
    return () => stop.abort();
  }, [client, id, isLive]);
  return query;
}

/** Read all events from the first; return the final row, or null when stopped. */
async function follow(client: QueryClient, id: string, signal: AbortSignal): Promise<Run | null> {
  const key = runQuery(id).queryKey;
  const log: LogLine[] = [];
  const onEvent = (event: StreamEvent) => {
    if (event.kind === "log") {
      log.push(event.data as LogLine);
      client.setQueryData(runLogKey(id), [...log]);
      return;
    }
    // The final state is taken from the row read below, which also has the cost.
    if (event.kind === "state" && isFinal((event.data as { state: RunState }).state)) return;
    client.setQueryData<Run>(key, (run) => (run && !isFinal(run.state) ? foldEvent(run, event) : run));
  };
  await readEvents(address(`/runs/${id}/events`), { onEvent, signal }).catch(() => undefined);
  if (signal.aborted) return null;
  const run = await client.fetchQuery({ ...runQuery(id), staleTime: 0 });
  await Promise.all([
    client.invalidateQueries({ queryKey: ["runs", "list"] }),
    client.invalidateQueries({ queryKey: ["runs", "counts"] }),
  ]);
  return isFinal(run.state) ? run : null;
}

/** All log lines of a run; the stream replays them from the first. */
export function useRunLog(id: string, isLive: boolean) {
  const stored = useQuery({
    queryKey: [...runLogKey(id), "stored"],
    queryFn: async ({ signal }) => {
      const lines: LogLine[] = [];
      await readEvents(address(`/runs/${id}/events`), {
        onEvent: (event) => event.kind === "log" && lines.push(event.data as LogLine),
        signal,
      });
      return lines;
    },
    enabled: !isLive,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const live = useQuery<LogLine[]>({ queryKey: runLogKey(id), queryFn: () => [], enabled: false });
  return isLive ? (live.data ?? []) : (stored.data ?? live.data ?? []);
}

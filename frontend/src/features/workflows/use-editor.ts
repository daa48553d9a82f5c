"use client";
/** An open workflow: its document on the canvas, saved by itself, checked as it changes, and run. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { isFinal, runQuery, useLiveRun } from "@/api/runs";
import type { Run, Workflow } from "@/api/types";
import { Autosave, StaleVersion } from "@/canvas/autosave";
import { meaning } from "@/canvas/graph";
import { createCanvasStore, graphOf } from "@/canvas/store";
import type { GraphDocument } from "@/canvas/types";
import type { RunTarget } from "@/canvas/use-actions";
import { ApiError } from "@/lib/api-error";
import { useDebounced } from "@/lib/debounced";
import { toast } from "@/ui/toast";
import { nodeStates } from "./node-states";
import {
  cancelRun,
  checkQuery,
  createWorkflow,
  datasetsQuery,
  finishRun,
  getWorkflow,
  keys,
  saveWorkflow,
  startRun,
  stepsQuery,
} from "./queries";
import { words } from "./words";

const CHECK_AFTER_MS = 250;
const CHECK_WHILE_READING_MS = 2000;
const SAVE_AFTER_MS = 1200;

export type Draft = { name: string; graph: GraphDocument };

export function useEditor(opened: Workflow) {
  const { id } = opened;
  const client = useQueryClient();
  const [store] = useState(() => createCanvasStore(opened.graph));
  const [name, setNameNow] = useState(opened.name);
  const nameNow = useRef(opened.name);
  const [autosave] = useState(() => makeAutosave(opened));
  const save = useSyncExternalStore(autosave.subscribe, autosave.snapshot, autosave.snapshot);
  const graph = useStore(store, graphOf);

  useEffect(() => {
    const changed = store.subscribe((state, before) => {
      if (graphOf(state) !== graphOf(before)) autosave.change({ name: nameNow.current, graph: graphOf(state) });
    });
    const warn = (event: BeforeUnloadEvent) => autosave.isDirty && event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => {
      changed();
      window.removeEventListener("beforeunload", warn);
      void autosave.flush().then(() => client.invalidateQueries({ queryKey: keys.list }));
    };
  }, [store, autosave, client]);

  const setName = (next: string) => {
    setNameNow(next);
    if (!next.trim()) return;
    nameNow.current = next.trim();
    autosave.change({ name: nameNow.current, graph: graphOf(store.getState()) });
  };

  const settled = useDebounced(graph, CHECK_AFTER_MS);
  const isReading = useQuery(datasetsQuery).data?.items.some(({ state }) => state === "reading") ?? false;
  const check = useQuery({
    ...checkQuery(id, settled, meaning(settled)),
    refetchInterval: isReading ? CHECK_WHILE_READING_MS : false,
  });
  const problems = check.data?.problems ?? opened.problems;
  const schemas = check.data?.schemas ?? opened.schemas;

  const [runId, setRunId] = useState(opened.last_run?.id ?? null);
  const run = useLiveRun(runId).data ?? null;
  const isLive = run !== null && !isFinal(run.state);
  const wasLive = useRef(isLive);
  useEffect(() => {
    if (wasLive.current && !isLive) {
      const touched = [keys.steps(id), keys.results(id), keys.list, ["models"], ["endpoints"]];
      for (const queryKey of touched) void client.invalidateQueries({ queryKey });
    }
    wasLive.current = isLive;
  }, [isLive, client, id]);
  const steps = useQuery(stepsQuery(id, save.version));
  const states = useMemo(
    () =>
      nodeStates(
        steps.data,
        run,
        isLive,
        graph.nodes.map((node) => node.id),
      ),
    [steps.data, run, isLive, graph.nodes],
  );

  const start = async (target: RunTarget): Promise<Run | null> => {
    if (isLive) return null;
    if (!(await autosave.flush())) {
      toast(words.editor.notSavedRun, { tone: "bad" });
      return null;
    }
    try {
      const started = await startRun(id, target);
      setRunId(started.id);
      void client.invalidateQueries({ queryKey: ["runs"] });
      return started;
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), { tone: "bad" });
      return null;
    }
  };
  const cancel = async () => {
    if (runId) await cancelRun(runId).catch((error: Error) => toast(error.message, { tone: "bad" }));
    void client.invalidateQueries({ queryKey: ["runs"] });
  };
  const finish = async () => {
    if (!runId) return;
    await finishRun(runId).catch((error: Error) => toast(error.message, { tone: "bad" }));
    void client.invalidateQueries({ queryKey: runQuery(runId).queryKey });
  };

  /** Their version over mine, as one step: undo brings mine back, under the version that the server has now. */
  const loadTheirs = async () => {
    const theirs = await getWorkflow(id);
    setNameNow(theirs.name);
    nameNow.current = theirs.name;
    store.getState().replace(theirs.graph);
    autosave.settle(theirs.version);
  };
  const saveCopy = () => createWorkflow({ name: words.copyOf(name), graph: graphOf(store.getState()) });

  return {
    id,
    store,
    graph,
    name,
    setName,
    save,
    autosave,
    problems,
    schemas,
    run,
    isLive,
    states,
    start,
    cancel,
    finish,
    loadTheirs,
    saveCopy,
  };
}

export type Editor = ReturnType<typeof useEditor>;

function makeAutosave(opened: Workflow) {
  return new Autosave<Draft>({
    version: opened.version,
    delayMs: SAVE_AFTER_MS,
    save: async (draft, version) => {
      try {
        return (await saveWorkflow(opened.id, { ...draft, version })).version;
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) throw new StaleVersion(null);
        throw error;
      }
    },
  });
}

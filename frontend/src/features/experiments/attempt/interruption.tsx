"use client";
/** Says that the worker which asked died: nobody asks just now, or another one took over. */
import { useQuery } from "@tanstack/react-query";
import { runQuery } from "@/api/runs";
import { words } from "./words";

const LOOK_MS = 5000;

/** A dead worker tells nobody: the run is looked at again and again. */
export function Interruption({ runId }: { runId: string }) {
  const { data: run } = useQuery({ ...runQuery(runId), refetchInterval: LOOK_MS });
  if (run?.state !== "running" || (!run.is_lost && run.attempts < 2)) return null;
  return (
    <p role="status" className="mx-4 rounded-md bg-warn-soft px-3 py-2 text-sm">
      {run.is_lost ? words.lost : words.takenOver(run.attempts, run.max_attempts)}
    </p>
  );
}

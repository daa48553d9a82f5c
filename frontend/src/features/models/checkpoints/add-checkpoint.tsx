"use client";
/** The button and the dialog that bring a checkpoint in: chosen, sent, read by a run, and then a model. */
import { useQueryClient } from "@tanstack/react-query";
import { FilePlus2 } from "lucide-react";
import { useEffect, useRef } from "react";
import { isFinal, useLiveRun } from "@/api/runs";
import type { Run } from "@/api/types";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { beginAgain, useAdding } from "./adding";
import { CheckpointForm } from "./checkpoint-form";
import { RunProgress } from "./run-progress";
import { words } from "./words";

/** Stands in the address while the dialog is open: the word, or the run that it shows. */
const PARAM = "add";
const NEW = "checkpoint";

export function AddCheckpoint() {
  const client = useQueryClient();
  const [shown, setShown] = useParam(PARAM);
  const { sending, runId: known } = useAdding();
  const runId = shown !== null && shown !== NEW ? shown : known;
  const refresh = () => void client.invalidateQueries({ queryKey: ["models"] });
  // Followed with the dialog closed too: the list has the model as soon as there is one.
  const run = useLiveRun(sending ? null : runId, refresh);
  const again = () => {
    beginAgain();
    setShown(NEW, "replace");
  };
  // Whoever closed the dialog meanwhile is not shown it again: the button leads to the run then.
  const isOpen = useRef(shown !== null);
  useEffect(() => {
    isOpen.current = shown !== null;
    return () => {
      isOpen.current = false;
    };
  }, [shown]);
  const started = ({ id }: Run) => {
    if (isOpen.current) setShown(id, "replace");
  };
  const close = () => {
    const isGoing = sending !== null || (run.data !== undefined && !isFinal(run.data.state));
    if (!isGoing) beginAgain();
    isOpen.current = false;
    setShown(null, "replace");
  };
  return (
    <>
      <Button onClick={() => setShown(known ?? NEW)}>
        <FilePlus2 />
        {words.add}
      </Button>
      <Dialog
        open={shown !== null}
        onOpenChange={(open) => !open && close()}
        title={words.add}
        description={words.about}
        width="md"
      >
        {!sending && runId ? <RunProgress run={run} onAgain={again} /> : <CheckpointForm onStarted={started} />}
      </Dialog>
    </>
  );
}

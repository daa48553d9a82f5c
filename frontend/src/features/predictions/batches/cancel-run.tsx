"use client";
/** Stop the run that reads or predicts a batch. */
import { useMutation } from "@tanstack/react-query";
import { CircleStop } from "lucide-react";
import type { Run } from "@/api/types";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { cancelRun } from "./queries";
import { words } from "./words";

export function CancelRun({ run, onSettled }: { run: Run | undefined; onSettled: () => void }) {
  const cancel = useMutation({ mutationFn: cancelRun, onSettled });
  if (!run) return null;
  const isStopping = cancel.isPending || cancel.isSuccess || run.is_cancelling;
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <Button size="sm" disabled={isStopping} onClick={() => cancel.mutate(run.id)}>
        <CircleStop />
        {isStopping ? words.run.cancelling : words.run.cancel}
      </Button>
      <InlineError error={cancel.error} />
    </span>
  );
}

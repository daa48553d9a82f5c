"use client";
/** What can be done with an attempt as it stands: end it, keep what there is, ask what is missing, begin another. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleStop, Play, RotateCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { tellFailure, toast } from "@/ui/toast";
import { words as inspect } from "../inspect/words";
import { experimentHref } from "../places";
import { attemptQuery, cancelAttempt, finishAttempt, isLive, startAttempt } from "../queries";
import type { Attempt } from "../types";
import { ResumeDialog } from "./resume-dialog";
import { words } from "./words";

export function AttemptActions({ attempt }: { attempt: Attempt }) {
  if (isLive(attempt.state)) return <WhileLive attempt={attempt} />;
  if (!attempt.is_recorded) return <AfterEnd attempt={attempt} />;
  return (
    <span title={inspect.recordedHelp}>
      <Badge>{inspect.recorded}</Badge>
    </span>
  );
}

function WhileLive({ attempt: { experiment_id: id, number, state, is_recorded } }: { attempt: Attempt }) {
  const client = useQueryClient();
  const [asks, setAsks] = useState(false);
  const finish = useMutation({
    mutationFn: () => finishAttempt(id, number),
    onSuccess: () => toast(words.finishing),
    onError: tellFailure,
  });
  const cancel = async () => {
    client.setQueryData(attemptQuery(id, number).queryKey, await cancelAttempt(id, number));
    await client.invalidateQueries({ queryKey: ["experiments"] });
  };
  return (
    <div className="flex gap-2">
      {state === "running" && !is_recorded && (
        <Button disabled={finish.isPending || finish.isSuccess} onClick={() => finish.mutate()}>
          <CircleStop />
          {words.finish}
        </Button>
      )}
      <Button look="danger" onClick={() => setAsks(true)}>
        {words.cancel}
      </Button>
      <Confirm
        open={asks}
        onOpenChange={setAsks}
        title={words.cancelNamed(number)}
        verb={words.cancel}
        onConfirm={cancel}
      >
        {is_recorded ? inspect.cancelText : words.cancelText}
      </Confirm>
    </div>
  );
}

function AfterEnd({ attempt }: { attempt: Attempt }) {
  const [resumes, setResumes] = useState(false);
  const start = useStart(attempt.experiment_id);
  return (
    <div className="flex gap-2">
      {attempt.can_resume && (
        <Button onClick={() => setResumes(true)}>
          <Play />
          {words.resume}
        </Button>
      )}
      <Button title={words.againHelp} disabled={start.isPending} onClick={() => start.mutate()}>
        <RotateCw />
        {words.again}
      </Button>
      {resumes && <ResumeDialog attempt={attempt} onClose={() => setResumes(false)} />}
    </div>
  );
}

/** Start an attempt and show it. */
export function useStart(id: string) {
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: () => startAttempt(id),
    onSuccess: (attempt) => {
      client.setQueryData(attemptQuery(id, attempt.number).queryKey, attempt);
      void client.invalidateQueries({ queryKey: ["experiments"] });
      router.push(experimentHref(id, { attempt: attempt.number }));
    },
    onError: tellFailure,
  });
}

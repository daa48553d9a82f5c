"use client";
/** One answer after the other without whose it is; keys 1, 2, 3 say right, partly, wrong, S skips. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Check, Minus, SkipForward, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Input } from "@/ui/field";
import { KeyHint } from "@/ui/key-hint";
import { Skeleton } from "@/ui/skeleton";
import { LONGEST_NOTE } from "../answers/label-note";
import { Folded } from "../answers/sample-facts";
import { useKeys } from "../answers/use-keys";
import { words as answerWords } from "../answers/words";
import type { Attempt } from "../types";
import { type BlindAnswer, blindQuery, putBlindLabel } from "./queries";
import { words } from "./words";

const VERDICTS = [
  { key: "1", value: 1, icon: Check },
  { key: "2", value: 0.5, icon: Minus },
  { key: "3", value: 0, icon: X },
] as const;

type Props = { attempt: Attempt; onClose: () => void };

export function BlindLabelling({ attempt, onClose }: Props) {
  const queue = useQuery(blindQuery(attempt));
  const [at, setAt] = useState(0);
  const [nDone, setDone] = useState(0);
  const [note, setNote] = useState("");
  const items = queue.data?.items ?? [];
  const answer = items[at];
  /** Beyond the last one that was loaded the queue is asked again: it leaves out what is labelled. */
  const goOn = async () => {
    setNote("");
    if (at + 1 < items.length) return setAt(at + 1);
    await queue.refetch();
    setAt(0);
  };
  const label = useMutation({
    mutationFn: async (value: number) => {
      if (answer) await putBlindLabel(attempt, answer, value, note.trim());
    },
    onSuccess: async () => {
      setDone((n) => n + 1);
      await goOn();
    },
  });
  const isBusy = label.isPending || queue.isFetching || !answer;
  const press = (value: number) => (isBusy ? null : () => label.mutate(value));
  const skip = isBusy ? null : () => void goOn();
  useKeys({ ...Object.fromEntries(VERDICTS.map(({ key, value }) => [key, press(value)])), s: skip });
  if (queue.error) return <ErrorState title={words.failed} error={queue.error} retry={() => void queue.refetch()} />;
  return (
    <div className="mx-auto grid w-full max-w-[80ch] grid-cols-[minmax(0,1fr)] gap-4 p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p role="status" className="numbers text-muted">
          {queue.data && words.left(Math.max(queue.data.n_left - at, 0))}
          {nDone > 0 && ` · ${words.done(nDone)}`}
        </p>
        <Button onClick={onClose}>{words.close}</Button>
      </div>
      {queue.isPending && <Skeleton className="h-64" />}
      {queue.data && !answer && <EmptyState title={words.none}>{words.noneText}</EmptyState>}
      {answer && (
        <>
          <ShownAnswer key={`${answer.place} ${answer.slot} ${answer.repeat}`} answer={answer} />
          <div className="sticky bottom-0 flex flex-wrap gap-2 border-line border-t bg-page py-3">
            <Input
              aria-label={answerWords.note}
              placeholder={answerWords.notePlaceholder}
              maxLength={LONGEST_NOTE}
              value={note}
              onChange={(event) => setNote(event.target.value)}
              onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
            />
            {VERDICTS.map(({ key, value, icon: Icon }) => (
              <Button key={key} aria-keyshortcuts={key} disabled={isBusy} onClick={press(value) ?? undefined}>
                <Icon />
                {words.verdicts[value]}
                <KeyHint keys={key} />
              </Button>
            ))}
            <Button look="quiet" aria-keyshortcuts="S" disabled={isBusy} onClick={skip ?? undefined}>
              <SkipForward />
              {words.skip}
              <KeyHint keys="S" />
            </Button>
          </div>
        </>
      )}
      <InlineError error={label.error} />
    </div>
  );
}

function ShownAnswer({ answer }: { answer: BlindAnswer }) {
  return (
    <div className="grid gap-4">
      <div className="grid gap-0.5">
        <h2 className="font-medium text-muted text-sm">{words.question}</h2>
        <bdi className="whitespace-pre-wrap [overflow-wrap:anywhere]">{answer.question}</bdi>
      </div>
      {answer.context && <Folded title={words.context}>{answer.context}</Folded>}
      {answer.expected.length > 0 && <Folded title={words.showExpected}>{answer.expected.join("\n")}</Folded>}
      <div className="grid gap-0.5 rounded-md border border-line p-3">
        <h2 className="font-medium text-muted text-sm">{words.answer}</h2>
        <bdi className="whitespace-pre-wrap [overflow-wrap:anywhere]">{answer.text || words.empty}</bdi>
        {answer.parsed && answer.parsed !== answer.text && (
          <p className="text-sm">
            <span className="text-muted">{words.read}: </span>
            <bdi className="font-medium">{answer.parsed}</bdi>
          </p>
        )}
      </div>
    </div>
  );
}

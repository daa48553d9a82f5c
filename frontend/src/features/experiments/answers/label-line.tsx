"use client";
/** What you think of an answer: right, partly or wrong, by button or key; a second press takes it back. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, Minus, Undo2, X } from "lucide-react";
import { meQuery } from "@/api/account";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { KeyHint } from "@/ui/key-hint";
import { points } from "../comparison/figures";
import { agreementQuery } from "../labels/queries";
import type { Attempt } from "../types";
import { LabelNote } from "./label-note";
import { type Cell, deleteLabel, type Label, putLabel } from "./queries";
import { attemptSource } from "./source";
import { useKeys } from "./use-keys";
import { words } from "./words";

const CHOICES = [
  { value: 1, icon: Check },
  { value: 0.5, icon: Minus },
  { value: 0, icon: X },
] as const;
/** Beside each other on the keyboard, so that both answers can be labelled without looking down. */
const KEYS = { first: ["1", "2", "3"], second: ["8", "9", "0"] } as const;

type Props = { attempt: Attempt; place: number; cell: Cell; labels: readonly Label[]; side: "first" | "second" };

export function LabelLine({ attempt, place, cell, labels, side }: Props) {
  const client = useQueryClient();
  const me = useQuery(meQuery());
  const own = labels.find((label) => label.labeller_id === me.data?.id);
  const others = labels.filter((label) => label !== own);
  const change = useMutation({
    mutationFn: async ({ value, note = own?.note ?? "" }: { value: number | null; note?: string }) => {
      if (value === null) await deleteLabel(attempt, place, cell);
      else await putLabel(attempt, place, cell, value, note);
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: attemptSource(attempt).key }),
        client.invalidateQueries({ queryKey: agreementQuery(attempt).queryKey }),
      ]),
  });
  const press = (value: number) => change.mutate({ value: own?.value === value ? null : value });
  useKeys(Object.fromEntries(CHOICES.map(({ value }, at) => [KEYS[side][at] ?? "", () => press(value)])));
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1 text-muted text-sm">{words.label}</legend>
      <div className="flex flex-wrap items-center gap-1.5">
        {CHOICES.map(({ value, icon: Icon }, at) => (
          <Button
            key={value}
            size="sm"
            look={own?.value === value ? "primary" : "plain"}
            aria-pressed={own?.value === value}
            aria-keyshortcuts={KEYS[side][at]}
            disabled={change.isPending}
            onClick={() => press(value)}
          >
            <Icon />
            {words.labelNames[value]}
            <KeyHint keys={KEYS[side][at] ?? ""} />
          </Button>
        ))}
        {own && (
          <Button size="sm" look="quiet" disabled={change.isPending} onClick={() => change.mutate({ value: null })}>
            <Undo2 />
            {words.takeBack}
          </Button>
        )}
      </div>
      {own && (
        <LabelNote
          key={`${own.configuration} ${own.repeat} ${own.note}`}
          label={`${words.note}: ${words[side]}`}
          note={own.note}
          onKeep={(note) => change.mutate({ value: own.value, note })}
        />
      )}
      {others.length > 0 && <Others labels={others} />}
      {change.error && <InlineError error={change.error} />}
    </fieldset>
  );
}

/** What other people think of it, with the reasons that they gave. */
function Others({ labels }: { labels: readonly Label[] }) {
  const mean = labels.reduce((sum, { value }) => sum + value, 0) / labels.length;
  const notes = labels.filter(({ note }) => note);
  return (
    <div className="grid gap-1 text-muted text-sm">
      <p>{words.others(labels.length, points(mean))}</p>
      {notes.map(({ labeller_id, note }) => (
        <p key={labeller_id} className="[overflow-wrap:anywhere]">
          <bdi>{note}</bdi>
        </p>
      ))}
    </div>
  );
}

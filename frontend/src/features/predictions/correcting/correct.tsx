"use client";
/** Corrects one answer of a call: the C key or a button, then the right class; can be taken back. */
import { useQueryClient } from "@tanstack/react-query";
import { Check, Pencil, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import type { Correction } from "@/api/types";
import { isPlainKey } from "@/lib/plain-key";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { KeyHint } from "@/ui/key-hint";
import { correctRow, takeBack } from "../queries";
import { words } from "../words";
import { PickClass, type Picked } from "./pick-class";

type Props = {
  callId: string;
  row: number;
  predicted: string | number;
  classes: readonly string[] | null;
  /** What was said before, when the server told. */
  said?: Correction | null;
};

export function Correct({ callId, row, predicted, classes, said = null }: Props) {
  const client = useQueryClient();
  const [correction, setCorrection] = useState<Correction | null>(said);
  const [isOpen, setIsOpen] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useKeyC(() => setIsOpen(true));

  const refresh = () => {
    void client.invalidateQueries({ queryKey: ["endpoints", "accuracy"] });
    void client.invalidateQueries({ queryKey: ["endpoints", "corrections"] });
  };
  const save = async ({ correct, isNew }: Picked) => {
    setError(null);
    setCorrection(await correctRow({ call_id: callId, row, correct, ...(isNew && { is_new_class: true }) }));
    refresh();
  };
  const undo = async (made: Correction) => {
    try {
      await takeBack(made.id);
      setCorrection(null);
      refresh();
    } catch (reason) {
      setError(reason);
    }
  };
  const isConfirmed = correction !== null && String(correction.correct) === String(correction.predicted);
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        {correction ? (
          <>
            <p role="status" className="flex items-center gap-1.5 text-sm">
              <Check aria-hidden className="size-4 text-good" />
              {isConfirmed ? words.correct.confirmed : words.correct.said(String(correction.correct))}
            </p>
            <Button look="quiet" size="sm" onClick={() => void undo(correction)}>
              <Undo2 />
              {words.correct.undo}
            </Button>
          </>
        ) : (
          <>
            <Button size="sm" onClick={() => setIsOpen(true)}>
              <Pencil />
              {words.correct.verb}
              <KeyHint keys={words.correct.key} />
            </Button>
            <Button
              look="quiet"
              size="sm"
              onClick={() => void save({ correct: predicted, isNew: false }).catch(setError)}
            >
              <Check />
              {words.correct.confirm}
            </Button>
          </>
        )}
      </div>
      <InlineError error={error} />
      {isOpen && <PickClass predicted={predicted} classes={classes} onPick={save} onClose={() => setIsOpen(false)} />}
    </div>
  );
}

function useKeyC(act: () => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isPlainKey(event, "c")) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}

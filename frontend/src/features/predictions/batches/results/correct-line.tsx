"use client";
/** Whether a prediction is right: confirm it, say what it should be, or take that back. */
import { Check, PencilLine, Undo2 } from "lucide-react";
import { Button } from "@/ui/button";
import { KeyHint } from "@/ui/key-hint";
import { type Correcting, correctionText } from "../corrections";
import type { ResultRow } from "../types";
import { words } from "../words";

type Props = { row: ResultRow; correcting: Correcting; onChoose: () => void };

export function CorrectLine({ row, correcting, onChoose }: Props) {
  const said = correctionText(row);
  const { prediction } = row;
  if (said !== null) {
    return (
      <div className="flex flex-wrap items-center gap-2">
        <p role="status" className="flex min-w-0 items-center gap-1.5 break-words font-medium text-info text-sm">
          <Check aria-hidden className="size-4 shrink-0" />
          {said}
        </p>
        <Button size="sm" look="quiet" onClick={() => correcting.take(row)}>
          <Undo2 />
          {words.correct.reset}
        </Button>
        <Button size="sm" look="quiet" onClick={onChoose}>
          <PencilLine />
          {words.correct.change}
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button size="sm" onClick={onChoose}>
        <PencilLine />
        {words.correct.save}
        <span className="max-md:hidden">
          <KeyHint keys="C" />
        </span>
      </Button>
      <Button size="sm" look="quiet" onClick={() => prediction !== null && correcting.correct(row, prediction)}>
        <Check />
        {words.correct.right}
      </Button>
    </div>
  );
}

"use client";
/** One answer: the class with the probabilities of all, or the number; "not sure" is said before anything else. */
import { CircleHelp } from "lucide-react";
import type { CallOutput, Signature } from "@/api/types";
import { formatFraction, formatNumber } from "@/lib/format";
import { Probabilities } from "./probabilities";
import { words } from "./words";

type Props = { output: CallOutput; signature: Signature; notSureBelow: number | null };

export function Answer({ output, signature, notSureBelow }: Props) {
  const { prediction, probabilities } = output;
  const shown = typeof prediction === "number" ? formatNumber(prediction) : prediction;
  const isUnsure = output.is_sure === false;
  return (
    <div className="grid gap-3">
      <div className="grid gap-0.5">
        <p className="text-muted text-sm">{words.answer.is(signature.output.name)}</p>
        {isUnsure ? (
          <>
            <p className="flex items-center gap-2 font-semibold text-2xl">
              <CircleHelp aria-hidden className="size-6 shrink-0 text-warn" />
              {words.answer.notSure}
            </p>
            <p className="break-words">
              {words.answer.mostLikely(String(shown), formatFraction(probabilities?.[String(prediction)]))}{" "}
              {notSureBelow !== null && (
                <span className="text-muted">{words.answer.below(formatFraction(notSureBelow))}</span>
              )}
            </p>
          </>
        ) : (
          <p className="numbers break-words font-semibold text-2xl" dir="auto">
            {shown}
          </p>
        )}
      </div>
      {probabilities && (
        <Probabilities probabilities={probabilities} chosen={String(prediction)} classes={signature.output.classes} />
      )}
    </div>
  );
}

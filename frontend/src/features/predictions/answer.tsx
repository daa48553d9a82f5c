"use client";
/** One answer: the class with the probabilities of all, the number, or what an LLM said; "not sure" is said before anything else. */
import { cx } from "class-variance-authority";
import { CircleHelp } from "lucide-react";
import type { CallOutput, Signature } from "@/api/types";
import { formatFraction, formatNumber } from "@/lib/format";
import { Probabilities } from "./probabilities";
import { isSaid } from "./said";
import { words } from "./words";

type Props = { output: CallOutput; signature: Signature; notSureBelow: number | null };

export function Answer({ output, signature, notSureBelow }: Props) {
  const { prediction, probabilities } = output;
  const shown = typeof prediction === "number" ? formatNumber(prediction) : prediction;
  const isUnsure = output.is_sure === false;
  const isFreeText = isSaid(signature) && signature.output.classes === null;
  return (
    <div className="grid gap-3">
      <div className="grid gap-0.5">
        <p className="text-muted text-sm">
          {isSaid(signature)
            ? words.answer.said(signature.output.classes !== null)
            : words.answer.is(signature.output.name)}
        </p>
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
          <p
            className={cx(
              "break-words",
              isFreeText ? "whitespace-pre-wrap text-lg leading-relaxed" : "numbers font-semibold text-2xl",
            )}
            dir="auto"
          >
            {shown === "" ? <span className="text-muted">{words.answer.nothing}</span> : shown}
          </p>
        )}
      </div>
      {probabilities && (
        <Probabilities probabilities={probabilities} chosen={String(prediction)} classes={signature.output.classes} />
      )}
    </div>
  );
}

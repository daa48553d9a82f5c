"use client";
/** What came back: the class with the probabilities of all, or the number. */
import { TriangleAlert } from "lucide-react";
import type { CallResult, Signature } from "@/api/types";
import { formatFraction, formatNumber, formatSeconds } from "@/lib/format";
import { ranked } from "./row";
import { words } from "./words";

type Props = { result: CallResult | null; signature: Signature; isOld: boolean };

export function Answer({ result, signature, isOld }: Props) {
  const output = result?.outputs[0];
  return (
    <div aria-live="polite" className="grid gap-3">
      {!result && <p className="text-muted">{words.answer.none}</p>}
      {result && output && (
        <>
          <div className="grid gap-0.5">
            <p className="text-muted text-sm">{words.answer.is(signature.output.name)}</p>
            <p className="numbers break-words font-semibold text-2xl">
              {typeof output.prediction === "number" ? formatNumber(output.prediction) : output.prediction}
            </p>
          </div>
          {output.probabilities && (
            <Probabilities probabilities={output.probabilities} chosen={String(output.prediction)} />
          )}
          {result.warnings.map((warning) => (
            <p key={warning} className="flex items-start gap-2 text-sm text-warn">
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
              {warning}
            </p>
          ))}
          <p className="text-muted text-sm">
            {words.answer.took(formatSeconds(result.latency_seconds))}
            {result.version !== null && ` · ${words.answer.by(result.version)}`}
            {isOld && ` · ${words.answer.changed}`}
          </p>
        </>
      )}
    </div>
  );
}

function Probabilities({ probabilities, chosen }: { probabilities: Record<string, number>; chosen: string }) {
  return (
    <ol aria-label={words.answer.probabilities} className="grid max-h-80 gap-1 overflow-y-auto">
      {ranked(probabilities).map(([name, p]) => (
        <li
          key={name}
          className="numbers grid grid-cols-[minmax(80px,160px)_minmax(0,1fr)_64px] items-center gap-3 text-sm"
        >
          <span className={name === chosen ? "truncate font-medium" : "truncate"} title={name}>
            {name}
          </span>
          <span aria-hidden className="h-3 rounded-sm bg-hover">
            <span
              className={name === chosen ? "block h-3 rounded-sm bg-accent" : "block h-3 rounded-sm bg-bar"}
              style={{ width: `${p * 100}%` }}
            />
          </span>
          <span className="text-right">{formatFraction(p)}</span>
        </li>
      ))}
    </ol>
  );
}

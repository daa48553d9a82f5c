"use client";
/** The answer to what was asked, why, and the way to correct it. */
import Link from "next/link";
import type { Endpoint, Signature } from "@/api/types";
import { formatSeconds } from "@/lib/format";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Answer } from "../answer";
import { Correct } from "../correcting/correct";
import { isCorrectable } from "../correcting/correctable";
import { isSaid } from "../said";
import { WarningLines } from "../warning-lines";
import { Why } from "../why/why";
import { words as whyWords } from "../why/words";
import type { Given, Trying } from "./use-trying";
import { words } from "./words";

type Props = { endpoint: Endpoint; signature: Signature; trying: Trying; isText: boolean };

export function TryAnswer({ endpoint, signature, trying, isText }: Props) {
  const { given, askedAt, typed } = trying;
  const why = given?.result.outputs[0]?.why;
  return (
    <div className="grid min-w-0 content-start gap-8 self-start lg:sticky lg:top-4 lg:-mx-2 lg:max-h-[calc(100dvh-7.5rem)] lg:overflow-y-auto lg:px-2">
      <Section title={words.answer.title}>
        <div aria-live="polite" className="grid gap-3">
          {!given && askedAt === null && <p className="text-muted">{noneText(isSaid(signature), isText)}</p>}
          {!given && askedAt !== null && <AnswerSkeleton />}
          {given && (
            <Answered
              given={given}
              endpoint={endpoint}
              signature={signature}
              isText={isText}
              isOld={given.typed !== typed}
            />
          )}
        </div>
      </Section>
      {given && why && (
        <Section title={whyWords.title}>
          <Why why={why} inputs={given.row} />
        </Section>
      )}
    </div>
  );
}

/** What stands there before anything is asked. */
function noneText(isSaid: boolean, isText: boolean): string {
  if (isSaid) return words.answer.noneSaid;
  return isText ? words.answer.noneText : words.answer.none;
}

type AnsweredProps = { given: Given; endpoint: Endpoint; signature: Signature; isText: boolean; isOld: boolean };

function Answered({ given: { result }, endpoint, signature, isText, isOld }: AnsweredProps) {
  const output = result.outputs[0];
  if (!output) return null;
  const facts = [
    words.answer.took(formatSeconds(result.latency_seconds)),
    result.version !== null && words.answer.by(result.version),
    isOld && (isSaid(signature) ? words.answer.changedSaid : words.answer.changed),
  ].filter(Boolean);
  return (
    <>
      <Answer output={output} signature={signature} notSureBelow={endpoint.not_sure_below ?? null} />
      <WarningLines warnings={result.warnings} />
      <p className="text-muted text-sm">{facts.join(" · ")}</p>
      {isCorrectable(signature) && (
        <Correct
          key={result.call_id}
          callId={result.call_id}
          row={0}
          predicted={output.prediction}
          classes={signature.output.classes}
        />
      )}
      <p className="flex flex-wrap gap-x-3 text-muted text-sm">
        <Link
          href={`/predict/?id=${endpoint.id}&tab=history&call=${result.call_id}`}
          className="inline-flex min-h-6 items-center text-accent hover:underline"
        >
          {words.answer.history}
        </Link>
        {isText && isCorrectable(signature) && (
          <span className="inline-flex min-h-6 items-center max-md:hidden">{words.answer.keys}</span>
        )}
      </p>
    </>
  );
}

const AnswerSkeleton = () => (
  <div className="grid gap-3">
    <Skeleton className="h-4 w-32" />
    <Skeleton className="h-8 w-48" />
    <Skeleton className="h-3 w-full" />
    <Skeleton className="h-3 w-full" />
  </div>
);

"use client";
/** A question and its answer: streamed, cited, abstained from, stopped or failed. */
import { RotateCw } from "lucide-react";
import { formatSeconds } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorText } from "@/ui/error-state";
import { words as shared } from "../words";
import { AnswerText, plainAnswer } from "./answer-text";
import { CitationList } from "./citation-list";
import { FeedbackLine } from "./feedback-line";
import { isGoing, type Turn } from "./turn";
import { words } from "./words";

type Props = {
  endpointId: string;
  turn: Turn;
  onRetry: (turn: Turn) => void;
  onAsk: (question: string) => void;
};

export function TurnView({ endpointId, turn, onRetry, onAsk }: Props) {
  return (
    <article aria-busy={isGoing(turn)} className="grid grid-cols-1 gap-3">
      <h2 className="font-semibold text-lg [overflow-wrap:anywhere]" dir="auto">
        <span className="sr-only">{words.you}: </span>
        {turn.question}
      </h2>
      {turn.searchedFor && turn.searchedFor !== turn.question && !turn.abstained && (
        <p className="text-muted text-sm">{words.searchedFor(turn.searchedFor)}</p>
      )}
      {turn.state === "waiting" && <Waiting />}
      {turn.abstained ? (
        <Abstained turn={turn} onAsk={onAsk} />
      ) : (
        turn.text !== "" && <AnswerText turn={turn} isWriting={turn.state === "writing"} />
      )}
      {turn.state === "stopped" && <p className="text-muted text-sm">{words.stopped}</p>}
      {turn.state === "failed" && <Failed turn={turn} onRetry={() => onRetry(turn)} />}
      {turn.citations.length > 0 && <CitationList citations={turn.citations} />}
      {turn.state === "done" && (
        <>
          <Facts turn={turn} />
          <FeedbackLine endpointId={endpointId} turn={turn} />
        </>
      )}
      <span role="status" className="sr-only">
        {turn.state === "waiting" && words.searching}
        {turn.state === "done" && turn.at === null && words.ready(plainAnswer(turn))}
      </span>
    </article>
  );
}

function Waiting() {
  return (
    <p aria-hidden className="flex items-center gap-2 text-muted">
      <span className="shimmer size-2 rounded-full bg-accent" />
      {words.searching}
    </p>
  );
}

/** What was looked for, and the nearest there is, each a question away. */
function Abstained({ turn, onAsk }: { turn: Turn; onAsk: (question: string) => void }) {
  // The sentence of the server names what stands below as buttons: it is not said twice.
  const isSaidBelow = turn.nearest.length > 0 && turn.nearest.every((path) => turn.text.includes(path.join(" › ")));
  const text = isSaidBelow ? "" : turn.text;
  return (
    <div className="grid gap-2 rounded-md border border-line bg-warn-soft px-4 py-3">
      <p className="font-medium text-warn">{words.abstained.title}</p>
      {text && (
        <p className="[overflow-wrap:anywhere]" dir="auto">
          {text}
        </p>
      )}
      {turn.searchedFor && turn.searchedFor !== turn.question && !text.includes(turn.searchedFor) && (
        <p className="text-muted text-sm">{words.abstained.searched(turn.searchedFor)}</p>
      )}
      {turn.nearest.length > 0 && (
        <div className="grid gap-1">
          <p className="text-sm">{words.abstained.nearest}:</p>
          <ul className="flex flex-wrap gap-1.5">
            {turn.nearest.map((path) => (
              <li key={path.join(" › ")} className="min-w-0">
                <Button
                  size="sm"
                  className="max-w-full"
                  title={path.join(" › ")}
                  onClick={() => onAsk(path.at(-1) ?? "")}
                >
                  <bdi className="truncate">{path.slice(-2).join(" › ")}</bdi>
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Failed({ turn, onRetry }: { turn: Turn; onRetry: () => void }) {
  return (
    <div role="alert" className="grid gap-2 rounded-md border border-bad bg-bad-soft px-4 py-3">
      <p className="font-medium">{words.brokeOff}</p>
      <ErrorText error={turn.error} />
      <Button size="sm" className="justify-self-start" onClick={onRetry}>
        <RotateCw />
        {words.retry}
      </Button>
    </div>
  );
}

/** Who answered and how, what it took; nothing is shown that is not known. */
function Facts({ turn }: { turn: Turn }) {
  const { usage, llm } = turn;
  const nTokens = usage ? (usage.n_input_tokens ?? 0) + (usage.n_output_tokens ?? 0) : 0;
  const facts = [
    turn.seconds !== null && words.took(formatSeconds(turn.seconds)),
    nTokens > 0 && `${words.tokens(nTokens)}, ${costText(usage?.cost_usd ?? null)}`,
    turn.version !== null && words.version(turn.version),
  ].filter(Boolean);
  return (
    <div className="numbers flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-sm">
      {turn.strategy === "extractive" && !turn.abstained && (
        <span title={words.extractiveHelp}>
          <Badge tone="info">{words.extractive}</Badge>
        </span>
      )}
      {llm && <bdi>{llm.name}</bdi>}
      {llm?.is_scripted && (
        <span title={shared.scriptedHelp}>
          <Badge tone="warn">{words.scripted}</Badge>
        </span>
      )}
      <span>{facts.join(" · ")}</span>
      {turn.unsupported.length > 0 && (
        <span className="text-warn" title={turn.unsupported.join("\n")}>
          {words.unsupported(turn.unsupported.length)}
        </span>
      )}
    </div>
  );
}

function costText(usd: number | null): string {
  if (usd === null) return words.unknownCost;
  return usd === 0 ? words.free : words.cost(String(Number(usd.toPrecision(2))));
}

"use client";
/** The prompt, the passages, the steps of an agent and what was voted among, each folded. */
import type { ReactNode } from "react";
import { formatSeconds } from "@/lib/format";
import type { WholeAnswer } from "./queries";
import { Folded } from "./sample-facts";
import { words } from "./words";

/** Parts of an answer as strategies keep them; each may be missing. */
type Message = { role?: string; text?: string };
type Passage = { text?: string; title?: string; url?: string | null; score?: number };
type Step = {
  thought?: string;
  tool?: string | null;
  arguments?: Record<string, unknown> | null;
  observation?: string | null;
  error?: string | null;
  seconds?: number;
};

export function HowItCame({ answer }: { answer: WholeAnswer }) {
  const prompt = answer.prompt as Message[];
  const passages = answer.passages as Passage[];
  const trace = answer.trace as Step[];
  return (
    <div className="grid gap-2">
      {trace.length > 0 && (
        <Folded title={words.trace(trace.length)}>
          <ol className="grid gap-3">
            {trace.map((step, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps have only their place
              <li key={at}>
                <StepView step={step} at={at + 1} />
              </li>
            ))}
          </ol>
        </Folded>
      )}
      {answer.votes.length > 0 && <Folded title={words.votes(answer.votes.length)}>{voteText(answer.votes)}</Folded>}
      {passages.length > 0 && (
        <Folded title={words.passages(passages.length)}>
          <ol className="grid gap-3">
            {passages.map((passage, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: passages have only their place
              <li key={at} className="grid gap-0.5">
                <Named name={`${at + 1}. ${passage.title ?? ""}`}>{passage.text}</Named>
              </li>
            ))}
          </ol>
        </Folded>
      )}
      {prompt.length > 0 && (
        <Folded title={words.prompt(prompt.length)}>
          <div className="grid gap-3">
            {prompt.map((message, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: messages have only their place
              <Named key={at} name={message.role ?? ""}>
                {message.text}
              </Named>
            ))}
          </div>
        </Folded>
      )}
    </div>
  );
}

function StepView({ step, at }: { step: Step; at: number }) {
  return (
    <div className="grid gap-1">
      <p className="font-medium">
        {words.step(at)}
        {step.tool && ` · ${step.tool}`}
        {step.seconds ? <span className="font-normal text-muted"> · {formatSeconds(step.seconds)}</span> : null}
      </p>
      {step.thought && <Named name={words.thought}>{step.thought}</Named>}
      {step.arguments && <code className="font-mono text-xs">{JSON.stringify(step.arguments)}</code>}
      {step.observation && <Named name={words.observation}>{step.observation}</Named>}
      {step.error && <Named name={words.stepError}>{step.error}</Named>}
    </div>
  );
}

function Named({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <p className="text-muted text-xs">{name}</p>
      <bdi>{children}</bdi>
    </div>
  );
}

/** Each answer once with how often it was given, the most frequent first. */
export function voteText(votes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const vote of votes) counts.set(vote, (counts.get(vote) ?? 0) + 1);
  return [...counts]
    .sort((one, other) => other[1] - one[1])
    .map(([vote, n]) => `${n} × ${vote || "–"}`)
    .join("\n");
}

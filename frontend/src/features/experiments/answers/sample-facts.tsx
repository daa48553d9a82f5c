/** What was asked, and what is right. */
import type { ReactNode } from "react";
import type { WholeSample } from "./queries";
import { words } from "./words";

export function SampleFacts({ sample }: { sample: WholeSample }) {
  return (
    <div className="grid max-w-[100ch] gap-3">
      <Part title={`${words.question} ${sample.place + 1}${sample.group ? ` · ${sample.group}` : ""}`}>
        <bdi className="whitespace-pre-wrap [overflow-wrap:anywhere]">{sample.question}</bdi>
      </Part>
      {sample.choices.length > 0 && (
        <Part title={words.choices}>
          <ul className="list-inside list-disc">
            {sample.choices.map((choice) => (
              <li key={choice}>{choice}</li>
            ))}
          </ul>
        </Part>
      )}
      <Part title={words.expected}>
        <Expected sample={sample} />
      </Part>
      {sample.context && <Folded title={words.context}>{sample.context}</Folded>}
      {sample.truth && <Folded title={words.truth}>{sample.truth}</Folded>}
    </div>
  );
}

function Expected({ sample }: { sample: WholeSample }) {
  if (!sample.is_answerable) return <span>{words.unanswerable}</span>;
  if (sample.answer === null) return <span className="text-muted">{words.unstated}</span>;
  return (
    <span className="flex flex-wrap gap-x-2 gap-y-1">
      {[...new Set([sample.answer, ...sample.aliases])].map((answer) => (
        <bdi key={answer} className="whitespace-pre-wrap rounded-sm bg-good-soft px-1.5 [overflow-wrap:anywhere]">
          {answer}
        </bdi>
      ))}
    </span>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid gap-0.5">
      <h2 className="font-medium text-muted text-sm">{title}</h2>
      <div>{children}</div>
    </div>
  );
}

/** Long text that is there when it is wanted. */
export function Folded({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="min-w-0">
      <summary className="cursor-pointer font-medium text-sm">{title}</summary>
      <div className="mt-2 max-h-96 overflow-y-auto whitespace-pre-wrap rounded-md bg-sunken p-3 text-sm [overflow-wrap:anywhere]">
        {children}
      </div>
    </details>
  );
}

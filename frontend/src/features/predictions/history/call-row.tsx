"use client";
/** One row of a past call: what stood in it, what was answered, why, and the way to correct it. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import type { Cell, Endpoint, PastCall } from "@/api/types";
import { formatCount, formatValue } from "@/lib/format";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { Answer } from "../answer";
import { Correct } from "../correcting/correct";
import { isCorrectable } from "../correcting/correctable";
import { callEndpoint, correctionsOfCall } from "../queries";
import { isSaid } from "../said";
import { Why } from "../why/why";
import { words as whyWords } from "../why/words";
import { words } from "./words";

/** Characters of one value: a row may hold megabytes. */
const SHOWN = 4000;

type Props = {
  endpoint: Endpoint;
  call: PastCall;
  row: number;
  inputs: Record<string, unknown>;
  onUse: (row: Record<string, unknown>) => void;
};

export function CallRow({ endpoint, call, row, inputs, onUse }: Props) {
  const output = call.outputs[row];
  const said =
    useQuery({
      ...correctionsOfCall(endpoint.id, call.id),
      enabled: isCorrectable(endpoint.signature),
    }).data?.find((each) => each.row === row) ?? null;
  return (
    <>
      <Section
        title={words.call.input}
        actions={
          <Button look="quiet" size="sm" onClick={() => onUse(inputs)}>
            <RotateCw />
            {words.call.use}
          </Button>
        }
      >
        <Inputs inputs={inputs} names={endpoint.signature.inputs.map(({ name }) => name)} />
      </Section>
      {output && (
        <Section title={words.call.answer}>
          <Answer output={output} signature={endpoint.signature} notSureBelow={endpoint.not_sure_below ?? null} />
          {isCorrectable(endpoint.signature) && (
            <Correct
              key={said?.id ?? "none"}
              callId={call.id}
              row={row}
              predicted={output.prediction}
              classes={endpoint.signature.output.classes}
              said={said}
            />
          )}
        </Section>
      )}
      {output && !isSaid(endpoint.signature) && (
        <Section title={whyWords.title}>
          {output.why ? (
            <Why why={output.why} inputs={inputs} />
          ) : (
            <Explain endpoint={endpoint} version={call.version} inputs={inputs} />
          )}
        </Section>
      )}
    </>
  );
}

/** Reasons are not kept with a call: they are found again, by the same version. */
function Explain({
  endpoint,
  version,
  inputs,
}: {
  endpoint: Endpoint;
  version: number | null;
  inputs: Props["inputs"];
}) {
  const explained = useMutation({
    mutationFn: () => callEndpoint(endpoint.id, [inputs as Record<string, Cell>], { version, explain: true }),
  });
  const why = explained.data?.outputs[0]?.why;
  if (why) return <Why why={why} inputs={inputs} />;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button size="sm" disabled={explained.isPending} onClick={() => explained.mutate()}>
          {explained.isPending ? words.call.explaining : words.call.explain}
        </Button>
        <span className="text-muted text-sm">{words.call.explainHelp}</span>
      </div>
      <InlineError error={explained.error} />
    </div>
  );
}

/** In the order of the signature; what the model does not know stands last. */
function Inputs({ inputs, names }: { inputs: Record<string, unknown>; names: readonly string[] }) {
  const all = [
    ...names.filter((name) => name in inputs),
    ...Object.keys(inputs).filter((name) => !names.includes(name)),
  ];
  return (
    <dl className="numbers grid max-h-80 grid-cols-[minmax(0,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1 overflow-y-auto text-sm">
      {all.map((name) => (
        <div key={name} className="contents">
          <dt className="max-w-40 truncate text-muted" title={name}>
            {name}
          </dt>
          <dd dir="auto" className="min-w-0 whitespace-pre-wrap break-words">
            {shown(inputs[name])}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return words.call.missing;
  if (typeof value === "number") return formatValue(value);
  if (typeof value === "string" && value.trim() === "") return words.blank;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)} … (${formatCount(text.length)} characters)` : text;
}

"use client";
/** One call beside the list: what was asked and answered, why, and the way to correct it; J and K walk the list. */
import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { isNotFound } from "@/api/client";
import type { Endpoint, PastCall } from "@/api/types";
import { formatCount, formatSeconds } from "@/lib/format";
import { isPlainKey } from "@/lib/plain-key";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { ExactTime } from "@/ui/relative-time";
import { Skeleton } from "@/ui/skeleton";
import { WarningLines } from "../warning-lines";
import { CallRow } from "./call-row";
import { predictionText } from "./columns";
import { callQuery } from "./queries";
import { words } from "./words";

type Props = {
  endpoint: Endpoint;
  callId: string;
  onClose: () => void;
  onUse: (row: Record<string, unknown>) => void;
  /** null: there is none in the list. */
  onLater: (() => void) | null;
  onEarlier: (() => void) | null;
};

export function CallPanel({ endpoint, callId, onClose, onUse, onLater, onEarlier }: Props) {
  const call = useQuery(callQuery(endpoint.id, callId));
  useWalkKeys(onEarlier, onLater);
  const isGone = isNotFound(call.error);
  return (
    <Panel
      open
      onClose={onClose}
      title={words.call.title}
      width={440}
      actions={
        <>
          <Walk label={words.call.later} keyName="K" onClick={onLater}>
            <ArrowUp />
          </Walk>
          <Walk label={words.call.earlier} keyName="J" onClick={onEarlier}>
            <ArrowDown />
          </Walk>
        </>
      }
    >
      {call.isPending && (
        <div role="status" aria-label={words.loading} className="grid gap-4 p-4">
          <Skeleton className="h-24" />
          <Skeleton className="h-8 w-40" />
          <Skeleton className="h-40" />
        </div>
      )}
      {call.error && (
        <ErrorState
          title={words.call.failed}
          error={isGone ? new Error(words.call.gone) : call.error}
          retry={isGone ? undefined : () => void call.refetch()}
        />
      )}
      {call.data && <Content endpoint={endpoint} call={call.data} onUse={onUse} />}
    </Panel>
  );
}

type WalkProps = { label: string; keyName: string; onClick: (() => void) | null; children: ReactNode };

const Walk = ({ label, keyName, onClick, children }: WalkProps) => (
  <Button
    look="quiet"
    size="icon-sm"
    aria-label={label}
    title={`${label} (${keyName})`}
    disabled={!onClick}
    onClick={() => onClick?.()}
  >
    {children}
  </Button>
);

function useWalkKeys(onEarlier: (() => void) | null, onLater: (() => void) | null) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = isPlainKey(event, "j") ? onEarlier : isPlainKey(event, "k") ? onLater : null;
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}

type ContentProps = { endpoint: Endpoint; call: PastCall; onUse: Props["onUse"] };

function Content({ endpoint, call, onUse }: ContentProps) {
  const [row, setRow] = useState(0);
  const inputs = call.inputs[row];
  return (
    <div className="grid gap-6 p-4">
      <Facts call={call} />
      {call.error && (
        <Section title={words.call.error}>
          <Refusal error={call.error} />
        </Section>
      )}
      <WarningLines warnings={call.warnings.map(String)} />
      {call.inputs.length > 1 && (
        <Field label={words.call.pickRow}>
          {(wired) => (
            <Select {...wired} value={row} onChange={(event) => setRow(Number(event.target.value))}>
              {call.inputs.map((_, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place
                <option key={i} value={i}>
                  {rowTitle(call, i)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {inputs && <CallRow key={row} endpoint={endpoint} call={call} row={row} inputs={inputs} onUse={onUse} />}
    </div>
  );
}

function rowTitle(call: PastCall, i: number): string {
  const output = call.outputs[i];
  const title = words.call.rowOf(i + 1, call.inputs.length);
  return output ? `${title}: ${predictionText(output.prediction)}` : title;
}

function Facts({ call }: { call: PastCall }) {
  const { fact } = words.call;
  const items: [string, ReactNode][] = [
    [fact.when, <ExactTime key="when" at={call.created_at} />],
    [fact.who, call.actor_name],
    [fact.version, call.version],
    [fact.latency, formatSeconds(call.latency_seconds)],
    [
      fact.id,
      <code key="id" className="select-all font-mono text-xs">
        {call.id}
      </code>,
    ],
  ];
  if (call.inputs.length > 1) items.push([fact.rows, formatCount(call.inputs.length)]);
  return (
    <dl className="numbers grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
      {items
        .filter(([, value]) => value !== null)
        .map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Refusal({ error }: { error: Record<string, unknown> }) {
  const fields = Array.isArray(error.fields) ? (error.fields as { path?: unknown[]; message?: string }[]) : [];
  return (
    <div className="grid gap-1 rounded-md border border-bad bg-bad-soft px-3 py-2 text-sm">
      <p className="break-words">{String(error.detail ?? error.message ?? "")}</p>
      {fields
        .filter(({ message }) => message && message !== error.detail)
        .slice(0, 10)
        .map(({ path, message }) => (
          <p key={path?.join(".")} className="break-words">
            {message}
          </p>
        ))}
      {typeof error.hint === "string" && <p className="text-muted">{error.hint}</p>}
    </div>
  );
}

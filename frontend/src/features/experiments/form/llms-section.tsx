"use client";
/** Whom to ask: every LLM that is set up and gives answers; recorded and scripted ones say so. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useId } from "react";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Checkbox, Input } from "@/ui/field";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { tellFailure } from "@/ui/toast";
import { words as shared } from "../words";
import type { Draft } from "./draft";
import { type Problems, problemAt } from "./problems";
import { addRecorded, type Llm, llmsQuery } from "./queries";
import { words } from "./words";

type Props = { chosen: Draft["llms"]; problems: Problems; onChange: (llms: Draft["llms"]) => void };

export function LlmsSection({ chosen, problems, onChange }: Props) {
  const llms = useQuery(llmsQuery);
  const answering = llms.data?.filter(({ completes }) => completes) ?? [];
  const known = (named: string) => answering.some(({ id, name }) => id === named || name === named);
  const gone = llms.isSuccess ? chosen.filter(({ llm }) => !known(llm)) : [];
  const drop = (named: string) => onChange(chosen.filter(({ llm }) => llm !== named));
  return (
    <Section
      title={words.llms}
      actions={
        <Button asChild look="link" size="inline">
          <Link href="/settings/?add=llm">{words.addLlm}</Link>
        </Button>
      }
    >
      <p className="text-muted text-sm">{words.llmsHelp}</p>
      {llms.isPending && <Skeleton className="h-16" />}
      {llms.error && <ErrorState error={llms.error} title={words.loadFailed} retry={() => void llms.refetch()} />}
      {llms.isSuccess && answering.length === 0 && <p>{words.noLlms}</p>}
      <ul className="grid">
        {answering.map((llm) => {
          const place = chosen.findIndex((each) => each.llm === llm.id || each.llm === llm.name);
          const stated = chosen[place];
          return (
            <LlmChoice
              key={llm.id}
              llm={llm}
              label={stated?.label ?? null}
              error={place >= 0 ? problemAt(problems, `llms.${place}`) : undefined}
              onToggle={() => (stated ? drop(stated.llm) : onChange([...chosen, { llm: llm.id, label: "" }]))}
              onLabel={(label) => onChange(chosen.map((each, at) => (at === place ? { ...each, label } : each)))}
            />
          );
        })}
        {gone.map(({ llm }) => (
          <li key={llm} className="flex items-center gap-2 border-line border-b py-2">
            <Checkbox checked aria-label={words.missing(llm)} onChange={() => drop(llm)} />
            <span className="text-bad">{words.missing(llm)}</span>
          </li>
        ))}
      </ul>
      {chosen.length === 0 && problemAt(problems, "llms") && (
        <p className="text-bad text-sm">{problemAt(problems, "llms")}</p>
      )}
      {llms.isSuccess && !answering.some(({ provider_kind }) => provider_kind === "recorded") && (
        <AddRecorded onAdded={(llm) => onChange([...chosen, { llm: llm.id, label: "" }])} />
      )}
    </Section>
  );
}

type ChoiceProps = {
  llm: Llm;
  /** Null while it is not chosen. */
  label: string | null;
  error?: string;
  onToggle: () => void;
  onLabel: (label: string) => void;
};

function LlmChoice({ llm, label, error, onToggle, onLabel }: ChoiceProps) {
  const id = useId();
  const isChosen = label !== null;
  return (
    <li className="grid gap-1 border-line border-b py-1.5">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
        <Checkbox
          id={id}
          checked={isChosen}
          disabled={!isChosen && llm.unavailable !== null}
          aria-invalid={error ? true : undefined}
          onChange={onToggle}
        />
        <label htmlFor={id} className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
          <bdi className="font-medium [overflow-wrap:anywhere]">{llm.name}</bdi>
          {llm.llm_name !== llm.name && <bdi className="text-muted text-sm">{llm.llm_name}</bdi>}
          {llm.is_scripted && (
            <span title={shared.scriptedHelp}>
              <Badge tone="warn">{llm.provider_kind === "recorded" ? "recorded" : shared.scripted}</Badge>
            </span>
          )}
          {llm.unavailable && <span className="text-sm text-warn">{words.unavailable(llm.unavailable)}</span>}
        </label>
        {isChosen && (
          <Input
            aria-label={words.llmLabel(llm.name)}
            placeholder={words.label}
            className="max-w-48"
            maxLength={100}
            value={label}
            onChange={(event) => onLabel(event.target.value)}
          />
        )}
      </div>
      {error && <p className="text-bad text-sm">{error}</p>}
    </li>
  );
}

function AddRecorded({ onAdded }: { onAdded: (llm: Llm) => void }) {
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: addRecorded,
    onSuccess: async (llm) => {
      await client.invalidateQueries({ queryKey: ["llms"] });
      onAdded(llm);
    },
    onError: tellFailure,
  });
  return (
    <p className="flex flex-wrap items-center gap-3 text-muted text-sm">
      <Button size="sm" disabled={add.isPending} onClick={() => add.mutate()}>
        {words.addRecorded}
      </Button>
      <span className="min-w-0 flex-1">{words.recordedHelp}</span>
    </p>
  );
}

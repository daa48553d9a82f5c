"use client";
/** The form of an experiment: what is compared at the left, what it will take at the right. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormContext, type FormSurroundings, useSurroundings } from "@/forms/form-context";
import { useDebounced } from "@/lib/debounced";
import { Button } from "@/ui/button";
import { FormError, InlineError } from "@/ui/error-state";
import { Field, Input, Textarea } from "@/ui/field";
import { Tabs } from "@/ui/tabs";
import { experimentHref } from "../places";
import { changeExperiment, createExperiment, startAttempt } from "../queries";
import { DocumentEditor } from "./document-editor";
import { type Draft, isAskable } from "./draft";
import { EstimateLine } from "./estimate";
import { KindsSection } from "./kinds-section";
import { LlmsSection } from "./llms-section";
import { type Problems, problemAt, problemsOf } from "./problems";
import { collectionsQuery, kindsQuery, llmsQuery } from "./queries";
import { SamplesSection } from "./samples-section";
import { PaceSection, ParametersSection } from "./settings-section";
import { useEstimate } from "./use-estimate";
import { words } from "./words";

type Props = {
  begin: Draft;
  /** The experiment that is changed; null: a new one. */
  id: string | null;
};
const ESTIMATE_AFTER_MS = 500;

export function ExperimentForm({ begin, id }: Props) {
  const [draft, setDraft] = useState(begin);
  const [view, setView] = useState<"form" | "document">("form");
  const [typed, setTyped] = useState<string | null>(null);
  const save = useSave(draft, id);
  const estimated = useDebounced(draft, ESTIMATE_AFTER_MS);
  const estimate = useEstimate(estimated);
  // What was refused at saving is renewed by each estimate: the draft has changed since.
  const problems = problemsOf(save.error && save.variables?.draft === draft ? save.error : estimate.error);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <div className="grid grid-cols-1 gap-6 p-4 lg:grid-cols-[minmax(0,72ch)_minmax(18rem,24rem)]">
      <Tabs
        isInset
        label={words.views}
        value={view}
        onChange={(next) => setView(next === "document" ? "document" : "form")}
        tabs={[
          { value: "form", label: words.form, content: <Parts draft={draft} problems={problems} onChange={change} /> },
          {
            value: "document",
            label: words.document,
            content: (
              <div className="pt-4">
                <DocumentEditor
                  draft={draft}
                  typed={typed}
                  onType={setTyped}
                  onTake={(next) => {
                    setTyped(null);
                    setDraft(next);
                    setView("form");
                  }}
                />
              </div>
            ),
          },
        ]}
      />
      <aside aria-label={words.summary} className="grid content-start gap-3 self-start lg:sticky lg:top-16">
        <h2 className="font-semibold">{words.summary}</h2>
        {!isAskable(draft) && <p className="text-muted text-sm">{words.noEstimateYet}</p>}
        {isAskable(draft) && !estimate.data && !estimate.error && (
          <p className="text-muted text-sm">{estimate.isReading ? words.reading : words.estimating}</p>
        )}
        {isAskable(draft) && estimate.data && !estimate.error && (
          <EstimateLine draft={estimated} estimate={estimate.data} />
        )}
        {isAskable(draft) && <Refused error={estimate.error} n={problems.length} />}
        {typed !== null && <p role="status">{words.notTaken}</p>}
        {id && <p className="text-muted text-sm">{words.attemptsKeep}</p>}
        <FormError error={save.error} />
        <div className="flex flex-wrap gap-2">
          <Button
            look="primary"
            disabled={save.isPending || typed !== null || !isAskable(draft)}
            onClick={() => save.mutate({ draft, starts: true })}
          >
            {words.start}
          </Button>
          <Button disabled={save.isPending || typed !== null} onClick={() => save.mutate({ draft, starts: false })}>
            {words.save}
          </Button>
        </div>
      </aside>
    </div>
  );
}

/** What stands in the way; fields that are named say themselves what is wrong with them. */
function Refused({ error, n }: { error: unknown; n: number }) {
  if (n === 0 || !(error instanceof Error)) return <InlineError error={error} />;
  return (
    <div role="status" className="rounded-md border border-bad bg-bad-soft px-3 py-2 text-sm">
      <p className="font-medium">{words.problems(n)}</p>
      <p className="[overflow-wrap:anywhere]">{error.message}</p>
    </div>
  );
}

function useSave(draft: Draft, id: string | null) {
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: async ({ starts }: { draft: Draft; starts: boolean }) => {
      const named = { ...draft, name: draft.name.trim() };
      const saved = id ? await changeExperiment(id, named) : await createExperiment(named);
      return { saved, attempt: starts ? await startAttempt(saved.id) : null };
    },
    onSuccess: ({ saved, attempt }) => {
      void client.invalidateQueries({ queryKey: ["experiments"] });
      router.push(experimentHref(saved.id, attempt ? { attempt: attempt.number } : {}));
    },
  });
}

type PartsProps = { draft: Draft; problems: Problems; onChange: (part: Partial<Draft>) => void };

function Parts({ draft, problems, onChange }: PartsProps) {
  const kinds = useQuery(kindsQuery).data;
  const surroundings = useThings();
  return (
    <FormContext value={surroundings}>
      <div className="grid min-w-0 grid-cols-1 gap-8 pt-4">
        <div className="grid gap-4">
          <Field label={words.name} error={problemAt(problems, "name")}>
            {(wired) => (
              <Input
                {...wired}
                maxLength={200}
                placeholder={words.namePlaceholder}
                value={draft.name}
                onChange={(event) => onChange({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label={words.description} error={problemAt(problems, "description")}>
            {(wired) => (
              <Textarea
                {...wired}
                className="min-h-14"
                maxLength={2000}
                value={draft.description}
                onChange={(event) => onChange({ description: event.target.value })}
              />
            )}
          </Field>
        </div>
        <SamplesSection draft={draft} problems={problems} onChange={onChange} />
        <KindsSection
          title={words.strategies}
          help={words.strategiesHelp}
          add={words.addStrategy}
          list="strategies"
          cards={kinds?.strategy ?? []}
          stated={draft.strategies}
          problems={problems}
          onChange={(strategies) => onChange({ strategies })}
        />
        <LlmsSection chosen={draft.llms} problems={problems} onChange={(llms) => onChange({ llms })} />
        <ParametersSection draft={draft} problems={problems} onChange={onChange} />
        <KindsSection
          title={words.scorers}
          help={words.scorersHelp}
          add={words.addScorer}
          list="scorers"
          cards={kinds?.scorer ?? []}
          stated={draft.scorers}
          problems={problems}
          onChange={(scorers) => onChange({ scorers })}
        />
        <PaceSection draft={draft} problems={problems} onChange={onChange} />
      </div>
    </FormContext>
  );
}

/** What strategies and scorers may name: collections, LLMs that judge, LLMs that embed. */
function useThings(): FormSurroundings {
  const collections = useQuery(collectionsQuery).data ?? [];
  const llms = useQuery(llmsQuery).data ?? [];
  const llm = llms.filter(({ completes }) => completes);
  const embedder = llms.filter(({ embeds }) => embeds);
  return { ...useSurroundings(), things: { collection: collections, llm, embedder } };
}

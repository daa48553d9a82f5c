"use client";
/** Before a batch starts: which column goes where, and which rows will fail and why. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/ui/button";
import { FormError } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { changeMapping, startBatch } from "../queries";
import type { Batch } from "../types";
import { words } from "../words";
import { CheckReport } from "./check-report";
import { LabelChoice } from "./label-choice";
import { draftOf, isSameDraft, missingInputs } from "./mapping";
import { MappingTable } from "./mapping-table";

type Props = { batch: Batch; onChange: (batch: Batch) => void };

export function Ready({ batch, onChange }: Props) {
  const { inputs } = batch.signature;
  const [draft, setDraft] = useState(() => draftOf(batch));
  const check = useMutation({
    mutationFn: () => changeMapping(batch.id, draft),
    onSuccess: (next) => {
      setDraft(draftOf(next));
      onChange(next);
    },
  });
  const start = useMutation({ mutationFn: () => startBatch(batch.id), onSuccess: onChange });
  const isChanged = !isSameDraft(draft, draftOf(batch));
  const missing = missingInputs(inputs, draft.mapping);
  const ok = batch.check ? batch.check.n_rows - batch.check.n_bad : 0;
  return (
    <div className="min-w-0 flex-1 overflow-y-auto">
      <div className="grid max-w-5xl gap-8 p-4">
        <Section title={words.map.title}>
          <MappingTable
            batch={batch}
            inputs={inputs}
            mapping={draft.mapping}
            missing={missing}
            onChange={(mapping) => setDraft({ ...draft, mapping })}
          />
          <LabelChoice batch={batch} draft={draft} onChange={setDraft} />
        </Section>
        <Section title={words.check.title}>
          {isChanged ? (
            <p role="status" className="text-warn">
              {words.map.changed}
            </p>
          ) : (
            batch.check && <CheckReport check={batch.check} />
          )}
          {batch.warnings.map((warning) => (
            <p key={warning} className="max-w-[72ch] break-words text-sm text-warn">
              {warning}
            </p>
          ))}
          {batch.error && (
            <p role="status" className="max-w-[72ch] break-words text-warn">
              {batch.error.message} {batch.error.hint}
            </p>
          )}
          <FormError error={check.error ?? start.error} />
          <div className="flex flex-wrap gap-2 pt-1">
            {isChanged ? (
              <Button look="primary" disabled={check.isPending} onClick={() => check.mutate()}>
                {words.map.apply}
              </Button>
            ) : (
              <Button look="primary" disabled={ok === 0 || start.isPending} onClick={() => start.mutate()}>
                {start.isPending ? words.check.starting : words.check.start(ok)}
              </Button>
            )}
          </div>
        </Section>
      </div>
    </div>
  );
}

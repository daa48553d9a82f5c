"use client";
/** Says what will be asked when an attempt goes on, and lets its budget be raised first. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { NumberField } from "../form/fields";
import { attemptQuery, resumeAttempt } from "../queries";
import type { Attempt, Limits } from "../types";
import { words } from "./words";

export function ResumeDialog({ attempt, onClose }: { attempt: Attempt; onClose: () => void }) {
  const form = useId();
  const client = useQueryClient();
  const { experiment_id: id, number } = attempt;
  const before = attempt.document.budget as Limits;
  const [budget, setBudget] = useState<{ [Name in keyof Limits]: unknown }>(before);
  const resume = useMutation({
    mutationFn: () => resumeAttempt(id, number, budget),
    onSuccess: (changed) => {
      client.setQueryData(attemptQuery(id, number).queryKey, changed);
      void client.invalidateQueries({ queryKey: ["experiments"] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    resume.mutate();
  };
  const missing = Math.max(0, attempt.n_planned - attempt.n_done);
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.resumeTitle(number)}
      description={words.resumeHelp(missing, attempt.n_failed)}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" form={form} look="primary" disabled={resume.isPending}>
            {words.resume}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-3">
        <NumberField
          label={words.budgetUsd}
          unit="USD"
          help={words.budgetHelp}
          value={budget.usd}
          error={fieldError(resume.error, "budget.usd")}
          onChange={(usd) => setBudget({ ...budget, usd })}
        />
        <NumberField
          label={words.budgetTokens}
          unit="tokens"
          value={budget.tokens}
          error={fieldError(resume.error, "budget.tokens")}
          onChange={(tokens) => setBudget({ ...budget, tokens })}
        />
        <FormError error={resume.error} />
      </form>
    </Dialog>
  );
}

"use client";
/** How many test questions are written from the documents, and how many that they do not answer. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import type { Collection } from "../types";
import { generateQuestions, qualityKey } from "./queries";
import { words as all } from "./words";

const words = all.generate;

export function GenerateDialog({ collection, onClose }: { collection: Collection; onClose: () => void }) {
  const form = useId();
  const client = useQueryClient();
  const [n, setN] = useState("20");
  const [percent, setPercent] = useState("20");
  const start = useMutation({
    mutationFn: () => generateQuestions(collection.id, { n: Number(n), unanswerable_fraction: Number(percent) / 100 }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: qualityKey(collection.id) });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.title}
      description={words.help}
      actions={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={form} look="primary" disabled={start.isPending}>
            {words.verb}
          </Button>
        </>
      }
    >
      <form id={form} className="grid gap-4" onSubmit={submit}>
        <Field label={words.n} error={fieldError(start.error, "n")}>
          {(wired) => (
            <Input
              {...wired}
              type="number"
              min={1}
              max={200}
              required
              className="numbers max-w-32"
              value={n}
              onChange={(event) => setN(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.unanswerable} unit={words.unit} error={fieldError(start.error, "unanswerable_fraction")}>
          {(wired) => (
            <Input
              {...wired}
              type="number"
              min={0}
              max={50}
              required
              className="numbers max-w-32"
              value={percent}
              onChange={(event) => setPercent(event.target.value)}
            />
          )}
        </Field>
        <FormError error={start.error} />
      </form>
    </Dialog>
  );
}

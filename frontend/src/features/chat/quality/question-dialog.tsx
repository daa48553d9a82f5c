"use client";
/** One test question: what is asked, whether the documents know, and where they say so. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { Checkbox, Field, Input, Textarea } from "@/ui/field";
import type { Collection } from "../types";
import { addQuestion, changeQuestion, deleteQuestion, qualityKey } from "./queries";
import type { Question, QuestionWish } from "./types";
import { words as all } from "./words";

const words = all.form;

type Props = { collection: Collection; question: Question | null; onClose: () => void };

const wishOf = (question: Question | null): QuestionWish => ({
  question: question?.question ?? "",
  answer: question?.answer ?? null,
  document_key: question?.document_key ?? null,
  quote: question?.quote ?? null,
  is_answerable: question?.is_answerable ?? true,
});

/** What the documents do not answer has no answer in them. */
const sentWish = (wish: QuestionWish): QuestionWish =>
  wish.is_answerable ? wish : { ...wish, answer: null, document_key: null, quote: null };

export function QuestionDialog({ collection, question, onClose }: Props) {
  const form = useId();
  const client = useQueryClient();
  const [wish, setWish] = useState(() => wishOf(question));
  const done = () => {
    void client.invalidateQueries({ queryKey: qualityKey(collection.id) });
    onClose();
  };
  const save = useMutation({
    mutationFn: () =>
      question
        ? changeQuestion(collection.id, question.id, sentWish(wish))
        : addQuestion(collection.id, sentWish(wish)),
    onSuccess: done,
  });
  const remove = useMutation({
    mutationFn: () => deleteQuestion(collection.id, question?.id ?? ""),
    onSuccess: done,
  });
  const isBusy = save.isPending || remove.isPending;
  const change = (fields: Partial<QuestionWish>) => setWish((before) => ({ ...before, ...fields }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={question ? words.change : words.add}
      width="md"
      actions={
        <>
          {question && (
            <Button look="danger" className="mr-auto" disabled={isBusy} onClick={() => remove.mutate()}>
              {words.remove}
            </Button>
          )}
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={form} look="primary" disabled={isBusy || wish.question.trim() === ""}>
            {words.save}
          </Button>
        </>
      }
    >
      <form id={form} className="grid gap-4" onSubmit={submit}>
        <Field label={words.question} error={fieldError(save.error, "question")}>
          {(wired) => (
            <Textarea
              {...wired}
              dir="auto"
              maxLength={4000}
              value={wish.question}
              onChange={(event) => change({ question: event.target.value })}
            />
          )}
        </Field>
        <label className="flex min-h-6 items-center gap-2">
          <Checkbox
            checked={wish.is_answerable}
            onChange={(event) => change({ is_answerable: event.target.checked })}
          />
          {words.isAnswerable}
        </label>
        {wish.is_answerable && <Truth wish={wish} error={save.error} onChange={change} />}
        <FormError error={save.error ?? remove.error} />
      </form>
    </Dialog>
  );
}

type TruthProps = { wish: QuestionWish; error: unknown; onChange: (fields: Partial<QuestionWish>) => void };

function Truth({ wish, error, onChange }: TruthProps) {
  return (
    <>
      <Field label={words.answer} help={words.answerHelp} error={fieldError(error, "answer")}>
        {(wired) => (
          <Textarea
            {...wired}
            dir="auto"
            value={wish.answer ?? ""}
            onChange={(event) => onChange({ answer: event.target.value || null })}
          />
        )}
      </Field>
      <Field label={words.document} help={words.documentHelp} error={fieldError(error, "document_key")}>
        {(wired) => (
          <Input
            {...wired}
            value={wish.document_key ?? ""}
            onChange={(event) => onChange({ document_key: event.target.value || null })}
          />
        )}
      </Field>
      <Field label={words.quote} help={words.quoteHelp} error={fieldError(error, "quote")}>
        {(wired) => (
          <Textarea
            {...wired}
            dir="auto"
            value={wish.quote ?? ""}
            onChange={(event) => onChange({ quote: event.target.value || null })}
          />
        )}
      </Field>
    </>
  );
}

"use client";
/** Adds an LLM, or changes one: a kind of provider with its parameters, and a key that is written once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { kindsQuery } from "@/api/kinds";
import type { Card } from "@/api/types";
import type { JsonSchema } from "@/forms/schema";
import { SchemaForm } from "@/forms/schema-form";
import type { FieldProblem, Values } from "@/forms/values";
import { ApiError, fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorState, FormError } from "@/ui/error-state";
import { Checkbox, Field, Input, Select } from "@/ui/field";
import { Skeleton } from "@/ui/skeleton";
import { addLlm, changeLlm } from "./queries";
import type { Llm } from "./types";
import { words } from "./words";

type Props = { llm?: Llm; onClose: () => void };

export function LlmDialog({ llm, onClose }: Props) {
  const form = useId();
  const kinds = useQuery(kindsQuery);
  // What comes with the package needs no row of its own.
  const cards = kinds.data?.provider?.filter(({ kind }) => kind !== "builtin") ?? [];
  const [isBusy, setIsBusy] = useState(false);
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={llm ? words.change(llm.name) : words.add}
      width="md"
      actions={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={form} look="primary" disabled={isBusy || cards.length === 0}>
            {llm ? words.save : words.create}
          </Button>
        </>
      }
    >
      {kinds.error && <ErrorState title={words.failed} error={kinds.error} retry={() => void kinds.refetch()} />}
      {kinds.isPending && <Skeleton className="my-2 h-48" />}
      {cards.length > 0 && <Form id={form} llm={llm} cards={cards} onBusy={setIsBusy} onClose={onClose} />}
    </Dialog>
  );
}

type FormProps = Props & { id: string; cards: readonly Card[]; onBusy: (isBusy: boolean) => void };

function Form({ id, llm, cards, onBusy, onClose }: FormProps) {
  const client = useQueryClient();
  const first = cards.find(({ available }) => available)?.kind ?? cards[0]?.kind ?? "";
  const [kind, setKind] = useState(llm?.provider_kind ?? first);
  const [values, setValues] = useState<Values>(() => withoutKind(llm?.provider ?? {}));
  const [name, setName] = useState(llm?.name ?? "");
  const [secret, setSecret] = useState("");
  const [isWithoutKey, setIsWithoutKey] = useState(false);
  const card = cards.find((each) => each.kind === kind);
  const save = useMutation({
    mutationFn: () => {
      const wish = { name: name.trim() || (card?.title ?? kind), provider: { ...values, kind } };
      const key = isWithoutKey ? { secret: null } : secret.trim() ? { secret: secret.trim() } : {};
      return llm ? changeLlm(llm.id, { ...wish, ...key }) : addLlm({ ...wish, ...key });
    },
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["llms"] });
      onClose();
    },
  });
  const choose = (next: string) => {
    setKind(next);
    setValues({});
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form id={id} className="grid gap-4" onSubmit={submit}>
      <KindField cards={cards} kind={kind} onChange={choose} />
      <Field label={words.name} help={words.nameHelp} error={fieldError(save.error, "name")}>
        {(wired) => (
          <Input
            {...wired}
            maxLength={200}
            placeholder={card?.title}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      {card && (
        <SchemaForm
          schema={card.schema as JsonSchema}
          values={values}
          problems={problemsOf(save.error, kind)}
          onChange={setValues}
        />
      )}
      <Field
        label={words.secret}
        help={llm?.secret_ends ? words.secretKept(llm.secret_ends) : words.secretHelp}
        error={fieldError(save.error, "secret")}
      >
        {(wired) => (
          <Input
            {...wired}
            type="password"
            autoComplete="off"
            maxLength={4000}
            disabled={isWithoutKey}
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
          />
        )}
      </Field>
      {llm?.has_secret && (
        <label className="flex min-h-6 items-center gap-2">
          <Checkbox checked={isWithoutKey} onChange={(event) => setIsWithoutKey(event.target.checked)} />
          {words.removeSecret}
        </label>
      )}
      <FormError error={save.error} />
    </form>
  );
}

type KindProps = { cards: readonly Card[]; kind: string; onChange: (kind: string) => void };

function KindField({ cards, kind, onChange }: KindProps) {
  const card = cards.find((each) => each.kind === kind);
  const why = card?.unavailable_reason;
  return (
    <Field label={words.kind} help={card?.summary} error={why ? words.unavailable(why) : undefined}>
      {(wired) => (
        <Select {...wired} value={kind} onChange={(event) => onChange(event.target.value)}>
          {cards.map((each) => (
            <option key={each.kind} value={each.kind}>
              {each.title}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

const withoutKind = ({ kind: _, ...values }: Record<string, unknown>): Values => values;

/** The server names fields of the document that was sent: `provider.base_url`, with or without the kind between. */
function problemsOf(error: unknown, kind: string): FieldProblem[] {
  if (!(error instanceof ApiError)) return [];
  return error.fields.map(({ path, message }) => ({
    field: path.filter((part, at) => !(at === 0 && part === "provider") && part !== kind).join("."),
    message,
  }));
}

"use client";
/** The index and the embedder. Another one is taken up by the next sync, which embeds everything anew. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { kindsQuery } from "@/api/kinds";
import type { Card } from "@/api/types";
import type { JsonSchema } from "@/forms/schema";
import { SchemaForm } from "@/forms/schema-form";
import type { FieldProblem, Values } from "@/forms/values";
import { ApiError, fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { FormError, InlineError } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { useSync } from "../documents/use-sync";
import { llmChoicesQuery } from "../queries";
import type { Collection, Embedder } from "../types";
import { useChange } from "./use-change";
import { words as all } from "./words";

const words = all.index;

export function IndexSection({ collection }: { collection: Collection }) {
  const chosen = collection.wanted ?? collection;
  const [embedderId, setEmbedderId] = useState(chosen.embedder.id ?? "");
  const [index, setIndex] = useState<Record<string, unknown>>(chosen.index);
  const change = useChange(collection.id);
  const isSame = embedderId === (chosen.embedder.id ?? "") && JSON.stringify(index) === JSON.stringify(chosen.index);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ embedder_id: embedderId || null, index });
  };
  return (
    <Section title={words.title}>
      <p className="max-w-[72ch] text-muted text-sm">{words.help}</p>
      {collection.wanted && <Wanted id={collection.id} />}
      <form className="grid max-w-md gap-4" onSubmit={submit}>
        <EmbedderField
          value={embedderId}
          embedder={chosen.embedder}
          error={fieldError(change.error, "embedder_id")}
          onChange={setEmbedderId}
        />
        <IndexFields values={index} error={change.error} onChange={setIndex} />
        <FormError error={change.error} />
        <Button type="submit" className="justify-self-start" disabled={isSame || change.isPending}>
          {all.save}
        </Button>
      </form>
    </Section>
  );
}

function Wanted({ id }: { id: string }) {
  const sync = useSync(id);
  return (
    <div className="flex max-w-md flex-wrap items-center gap-3 rounded-md border border-line bg-warn-soft px-3 py-2 text-sm">
      <span className="min-w-0 flex-1">{words.wanted}</span>
      <Button size="sm" disabled={sync.isPending} onClick={() => sync.mutate()}>
        {words.syncNow}
      </Button>
      <InlineError error={sync.error} />
    </div>
  );
}

type EmbedderProps = {
  value: string;
  /** The one that is set now. */
  embedder: Embedder;
  error: string | undefined;
  onChange: (id: string) => void;
};

function EmbedderField({ value, embedder, error, onChange }: EmbedderProps) {
  const llms = useQuery(llmChoicesQuery);
  const choices = llms.data?.filter(({ embeds }) => embeds) ?? [];
  const isNow = value === (embedder.id ?? "");
  return (
    <Field label={words.embedder} help={isNow ? languagesText(embedder) : undefined} error={error}>
      {(wired) => (
        <Select {...wired} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{words.builtin}</option>
          {choices.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** More than can be read in a line are counted. */
const MOST_NAMED = 12;

function languagesText({ languages }: Embedder): string {
  if (!languages) return words.anyLanguage;
  return languages.length > MOST_NAMED ? words.manyLanguages(languages.length) : words.languages(languages.join(", "));
}

type IndexProps = {
  values: Record<string, unknown>;
  error: unknown;
  onChange: (values: Record<string, unknown>) => void;
};

function IndexFields({ values, error, onChange }: IndexProps) {
  const kinds = useQuery(kindsQuery);
  const cards: readonly Card[] = kinds.data?.index ?? [];
  const kind = String(values.kind ?? "");
  const card = cards.find((each) => each.kind === kind);
  const { kind: _, ...own } = values;
  if (kinds.isPending) return <Skeleton className="h-14" />;
  if (kinds.error) return <InlineError error={kinds.error} />;
  return (
    <>
      <Field
        label={words.kind}
        help={card?.summary}
        error={card?.unavailable_reason ? words.unavailable(card.unavailable_reason) : undefined}
      >
        {(wired) => (
          <Select {...wired} value={kind} onChange={(event) => onChange({ kind: event.target.value })}>
            {cards.map((each) => (
              <option key={each.kind} value={each.kind}>
                {each.title}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {card && Object.keys((card.schema as JsonSchema).properties ?? {}).length > 1 && (
        <SchemaForm
          schema={card.schema as JsonSchema}
          values={own as Values}
          problems={problemsOf(error, kind)}
          onChange={(next) => onChange({ ...next, kind })}
        />
      )}
    </>
  );
}

function problemsOf(error: unknown, kind: string): FieldProblem[] {
  if (!(error instanceof ApiError)) return [];
  return error.fields
    .filter(({ path }) => path[0] === "index")
    .map(({ path, message }) => ({
      field: path
        .slice(1)
        .filter((part) => part !== kind)
        .join("."),
      message,
    }));
}

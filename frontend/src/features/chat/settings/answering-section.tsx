"use client";
/** How much is read for an answer and when the documents are said not to know: a form made from the server's schema. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { get } from "@/api/client";
import type { JsonSchema } from "@/forms/schema";
import { SchemaForm } from "@/forms/schema-form";
import type { FieldProblem, Values } from "@/forms/values";
import { ApiError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { FormError, InlineError } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import type { Collection } from "../types";
import { useChange } from "./use-change";
import { words as all } from "./words";

const words = all.answering;

const schemaQuery = {
  queryKey: ["collections", "answering-schema"],
  queryFn: ({ signal }: { signal: AbortSignal }) => get<JsonSchema>("/collections/answering-schema", undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
};

export function AnsweringSection({ collection }: { collection: Collection }) {
  const schema = useQuery(schemaQuery);
  const [values, setValues] = useState<Values>(collection.answering);
  const change = useChange(collection.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ answering: values });
  };
  return (
    <Section title={words.title}>
      <p className="max-w-[72ch] text-muted text-sm">{words.help}</p>
      {schema.isPending && <Skeleton className="h-40 max-w-md" />}
      <InlineError error={schema.error} />
      {schema.data && (
        <form className="grid max-w-md gap-4" onSubmit={submit}>
          <SchemaForm schema={schema.data} values={values} problems={problemsOf(change.error)} onChange={setValues} />
          <FormError error={change.error} />
          <Button
            type="submit"
            className="justify-self-start"
            disabled={JSON.stringify(values) === JSON.stringify(collection.answering) || change.isPending}
          >
            {all.save}
          </Button>
        </form>
      )}
    </Section>
  );
}

function problemsOf(error: unknown): FieldProblem[] {
  if (!(error instanceof ApiError)) return [];
  return error.fields
    .filter(({ path }) => path[0] === "answering")
    .map(({ path, message }) => ({ field: path.slice(1).join("."), message }));
}

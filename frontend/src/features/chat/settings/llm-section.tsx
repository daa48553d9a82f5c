"use client";
/** Which LLM answers; none is a choice too. */
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { fieldError } from "@/lib/api-error";
import { FormError, InlineError } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { llmChoicesQuery } from "../queries";
import type { Collection } from "../types";
import { useChange } from "./use-change";
import { words as all } from "./words";

const words = all.llm;

export function LlmSection({ collection }: { collection: Collection }) {
  const llms = useQuery(llmChoicesQuery);
  const change = useChange(collection.id);
  const choices = llms.data?.filter(({ completes }) => completes) ?? [];
  return (
    <Section title={words.title}>
      <div className="grid max-w-md gap-2">
        <Field label={words.label} help={words.help} error={fieldError(change.error, "llm_id")}>
          {(wired) => (
            <Select
              {...wired}
              disabled={change.isPending || llms.isPending}
              value={collection.llm?.id ?? ""}
              onChange={(event) => change.mutate({ llm_id: event.target.value || null })}
            >
              <option value="">{words.none}</option>
              {choices.map(({ id, name, is_scripted }) => (
                <option key={id} value={id}>
                  {is_scripted ? words.scripted(name) : name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Link href="/settings/?add=llm" className="justify-self-start text-accent hover:underline">
          {words.add}
        </Link>
        <InlineError error={llms.error} />
        <FormError error={change.error} />
      </div>
    </Section>
  );
}

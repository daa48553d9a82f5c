"use client";
/** What can be set about a collection: its name, who answers and how, what finds passages, where it is published. */
import { type FormEvent, useState } from "react";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { FormError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { Section } from "@/ui/page";
import type { Collection } from "../types";
import { AnsweringSection } from "./answering-section";
import { DeleteSection } from "./delete-section";
import { IndexSection } from "./index-section";
import { LlmSection } from "./llm-section";
import { useChange } from "./use-change";
import { words } from "./words";

export function SettingsTab({ collection }: { collection: Collection }) {
  return (
    <div className="h-full overflow-y-auto">
      <div className="grid max-w-3xl grid-cols-1 gap-10 p-4">
        <LlmSection collection={collection} />
        <AnsweringSection key={JSON.stringify(collection.answering)} collection={collection} />
        <TextSetting
          key={`site ${collection.site_url}`}
          collection={collection}
          field="site_url"
          type="url"
          {...words.site}
        />
        <IndexSection key={JSON.stringify(collection.wanted)} collection={collection} />
        <TextSetting key={`name ${collection.name}`} collection={collection} field="name" type="text" {...words.name} />
        <DeleteSection collection={collection} />
      </div>
    </div>
  );
}

type TextProps = {
  collection: Collection;
  field: "name" | "site_url";
  type: "text" | "url";
  title: string;
  label: string;
  help?: string;
  placeholder?: string;
};

/** One line of text with a button of its own; what may be missing is emptied by an empty line. */
function TextSetting({ collection, field, type, title, label, help, placeholder }: TextProps) {
  const saved = collection[field] ?? "";
  const [text, setText] = useState(saved);
  const change = useChange(collection.id);
  const isMissing = field === "name" && text.trim() === "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ [field]: text.trim() || null });
  };
  return (
    <Section title={title}>
      <form className="grid max-w-md gap-3" onSubmit={submit}>
        <Field label={label} help={help} error={fieldError(change.error, field)}>
          {(wired) => (
            <Input
              {...wired}
              type={type}
              maxLength={field === "name" ? 200 : 2000}
              placeholder={placeholder}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <FormError error={change.error} />
        <Button
          type="submit"
          className="justify-self-start"
          disabled={text.trim() === saved || isMissing || change.isPending}
        >
          {words.save}
        </Button>
      </form>
    </Section>
  );
}

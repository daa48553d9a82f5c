"use client";
/** Switches the public page on and off, says how many calls a day it takes, and where it is. */
import { ExternalLink } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Endpoint } from "@/api/types";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { CopyLine } from "@/ui/copy-line";
import { FormError } from "@/ui/error-state";
import { Checkbox, Field, Input } from "@/ui/field";
import { Section } from "@/ui/page";
import { useChange } from "./use-change";
import { words } from "./words";

export function PublicPageSection({ endpoint }: { endpoint: Endpoint }) {
  const change = useChange(endpoint.id);
  const quota = endpoint.public_calls_per_day ?? 0;
  const [text, setText] = useState(String(quota));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ public_calls_per_day: Number(text) });
  };
  return (
    <Section title={words.page.title}>
      <p className="max-w-[72ch] text-muted text-sm">{words.page.help}</p>
      <label className="flex min-h-8 items-center gap-2">
        <Checkbox
          checked={endpoint.is_public ?? false}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ is_public: event.target.checked })}
        />
        {words.page.on}
      </label>
      {endpoint.is_public && endpoint.public_url && <PageLink url={endpoint.public_url} />}
      {endpoint.is_public && (
        <form onSubmit={submit} className="flex flex-wrap items-start gap-3 pt-1">
          <Field
            label={words.page.quota}
            help={words.page.quotaHelp}
            error={fieldError(change.error, "public_calls_per_day")}
          >
            {(wired) => (
              <span className="flex items-center gap-2">
                <Input
                  {...wired}
                  type="number"
                  min={1}
                  step={1}
                  className="numbers max-w-32"
                  value={text}
                  onChange={(event) => setText(event.target.value)}
                />
                <Button type="submit" disabled={text === String(quota) || text.trim() === "" || change.isPending}>
                  {words.save}
                </Button>
              </span>
            )}
          </Field>
        </form>
      )}
      <FormError error={change.error} />
    </Section>
  );
}

/** The server may not know its own address: then the page's begins where this one does. */
function PageLink({ url }: { url: string }) {
  const whole = new URL(url, window.location.origin).href;
  return (
    <div className="grid max-w-xl gap-1">
      <CopyLine what={words.page.link} text={whole} />
      <a
        href={whole}
        target="_blank"
        rel="noreferrer"
        className="inline-flex min-h-6 items-center gap-1.5 justify-self-start text-accent hover:underline"
      >
        {words.page.open}
        <ExternalLink aria-hidden className="size-3.5" />
      </a>
    </div>
  );
}

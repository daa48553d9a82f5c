"use client";
/** What can be set about an endpoint: its name, when it is not sure, its public page, how long calls are kept. */
import { type FormEvent, useState } from "react";
import type { Endpoint } from "@/api/types";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { FormError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { Section } from "@/ui/page";
import { isSaid } from "../said";
import { DeleteSection } from "./delete-section";
import { NotSure } from "./not-sure";
import { PublicPageSection } from "./public-page-section";
import { useChange } from "./use-change";
import { words } from "./words";

export function SettingsTab({ endpoint, modelId }: { endpoint: Endpoint; modelId: string }) {
  return (
    <div className="grid max-w-3xl grid-cols-1 gap-10 p-4">
      <Name endpoint={endpoint} />
      {!isSaid(endpoint.signature) && (
        <NotSure key={endpoint.not_sure_below ?? "never"} endpoint={endpoint} modelId={modelId} />
      )}
      <PublicPageSection endpoint={endpoint} />
      <Kept endpoint={endpoint} />
      <DeleteSection endpoint={endpoint} modelId={modelId} />
    </div>
  );
}

function Name({ endpoint }: { endpoint: Endpoint }) {
  const [name, setName] = useState(endpoint.name);
  const change = useChange(endpoint.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name: name.trim() });
  };
  return (
    <Section title={words.name.title}>
      <form onSubmit={submit} className="grid max-w-md gap-3">
        <Field label={words.name.label} help={words.name.help} error={fieldError(change.error, "name")}>
          {(wired) => (
            <Input {...wired} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <FormError error={change.error} />
        <Button
          type="submit"
          className="justify-self-start"
          disabled={!name.trim() || name.trim() === endpoint.name || change.isPending}
        >
          {words.save}
        </Button>
      </form>
    </Section>
  );
}

function Kept({ endpoint }: { endpoint: Endpoint }) {
  const kept = endpoint.calls_kept_days ?? null;
  const [text, setText] = useState(kept === null ? "" : String(kept));
  const change = useChange(endpoint.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ calls_kept_days: text.trim() === "" ? null : Number(text) });
  };
  const isSame = text.trim() === (kept === null ? "" : String(kept));
  return (
    <Section title={words.kept.title}>
      <form onSubmit={submit} className="grid max-w-md gap-3">
        <Field label={words.kept.label} help={words.kept.help} error={fieldError(change.error, "calls_kept_days")}>
          {(wired) => (
            <Input
              {...wired}
              type="number"
              min={1}
              step={1}
              className="numbers max-w-44"
              placeholder={words.kept.placeholder}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <FormError error={change.error} />
        <Button type="submit" className="justify-self-start" disabled={isSame || change.isPending}>
          {words.save}
        </Button>
      </form>
    </Section>
  );
}

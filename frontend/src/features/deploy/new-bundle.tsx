"use client";
/** Make a bundle: what of the yard, for which platform, with which of its parameters. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Package } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useId, useState } from "react";
import type { JsonSchema } from "@/forms/schema";
import { SchemaForm } from "@/forms/schema-form";
import type { FieldProblem, Values } from "@/forms/values";
import { ApiError } from "@/lib/api-error";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { usePlatforms } from "./platforms";
import { bundleHref, endpointsQuery, makeBundle } from "./queries";
import { bundles as words } from "./words";

/** Opens the dialog, which the page shows: buttons come and go with the list, what is being filled in stays. */
export function NewBundle() {
  const [, setNew] = useParam("new");
  return (
    <Button look="primary" onClick={() => setNew("bundle")}>
      <Package />
      {words.make}
    </Button>
  );
}

/** The dialog, where the address asks for it. */
export function NewBundleDialog() {
  const [wanted, setNew] = useParam("new");
  return wanted === "bundle" ? <BundleDialog onClose={() => setNew(null)} /> : null;
}

function BundleDialog({ onClose }: { onClose: () => void }) {
  const form = useId();
  const client = useQueryClient();
  const router = useRouter();
  const [endpoint, setEndpoint] = useState("");
  const [wanted, setWanted] = useState("");
  const [values, setValues] = useState<Values>({});
  const [artifacts, setArtifacts] = useState("database");
  const what = endpoint ? "endpoint" : "yard";
  const fitting = usePlatforms().filter((card) => card.takes.includes(what));
  const card = fitting.find((each) => each.kind === wanted) ?? fitting[0];
  const make = useMutation({
    mutationFn: (kind: string) => makeBundle({ platform: { ...values, kind }, endpoint, artifacts }),
    onSuccess: (bundle) => {
      void client.invalidateQueries({ queryKey: ["bundles", "list"] });
      router.push(bundleHref(bundle.id));
    },
  });
  const choose = (kind: string) => {
    setWanted(kind);
    setValues({});
    make.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (card) make.mutate(card.kind);
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.make}
      width="md"
      actions={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={form} look="primary" disabled={!card || make.isPending}>
            {words.make}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-4">
        <WhatField value={endpoint} onChange={setEndpoint} />
        <Field label={words.platform} help={card?.summary}>
          {(wired) => (
            <Select {...wired} value={card?.kind ?? ""} onChange={(event) => choose(event.target.value)}>
              {fitting.map(({ kind, title }) => (
                <option key={kind} value={kind}>
                  {title}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {card && (
          <SchemaForm
            schema={card.schema as JsonSchema}
            values={values}
            problems={problemsOf(make.error)}
            onChange={setValues}
          />
        )}
        {what === "yard" && card?.takes.includes("endpoint") && (
          <Field label={words.artifacts} help={words.artifactsHelp}>
            {(wired) => (
              <Select {...wired} value={artifacts} onChange={(event) => setArtifacts(event.target.value)}>
                {Object.entries(words.places).map(([place, said]) => (
                  <option key={place} value={place}>
                    {said}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        <FormError error={make.error} />
      </form>
    </Dialog>
  );
}

function WhatField({ value, onChange }: { value: string; onChange: (endpoint: string) => void }) {
  const endpoints = useQuery(endpointsQuery).data ?? [];
  return (
    <Field label={words.what} help={words.whatHelp}>
      {(wired) => (
        <Select {...wired} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{words.yard}</option>
          {endpoints.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** The server names parameters of the platform, with or without its kind before them. */
function problemsOf(error: unknown): FieldProblem[] {
  if (!(error instanceof ApiError)) return [];
  return error.fields.map(({ path, message }) => ({ field: String(path.at(-1) ?? ""), message }));
}

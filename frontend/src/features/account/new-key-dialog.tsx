"use client";

import { type FormEvent, useId, useState } from "react";
import type { Me } from "@/api/types";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { Field, Input, Select } from "@/ui/field";
import { SecretOnce } from "@/ui/secret-once";
import { useCreateKey } from "./queries";
import { Scopes } from "./scopes";
import { words } from "./words";

type Scope = Me["scopes"][number];
type Props = { scopes: Scope[]; onClose: () => void };

const LIFETIMES_DAYS = [30, 90, 365];
const DAY_MS = 86_400_000;

/** Asks for a name and scopes, then shows the secret once. */
export function NewKeyDialog({ scopes, onClose }: Props) {
  const form = useId();
  const [name, setName] = useState("");
  const [picked, setPicked] = useState<Scope[]>([]);
  const [days, setDays] = useState<number | null>(90);
  const create = useCreateKey();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expires = days === null ? null : new Date(Date.now() + days * DAY_MS).toISOString();
    create.mutate({ name: name.trim(), scopes: picked, expires_at: expires });
  };
  if (create.data) {
    const { name: made, key } = create.data;
    return <SecretOnce title={words.keys.onceTitle(made)} what={words.keys.secret} secret={key} onClose={onClose} />;
  }
  const actions = (
    <>
      <Button onClick={onClose}>{words.keys.cancel}</Button>
      <Button
        type="submit"
        form={form}
        look="primary"
        disabled={!name.trim() || picked.length === 0 || create.isPending}
      >
        {words.keys.create}
      </Button>
    </>
  );
  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()} title={words.keys.add} actions={actions} width="md">
      <form id={form} className="grid gap-4" onSubmit={submit}>
        <div className="grid gap-4 sm:grid-cols-[1fr_10rem]">
          <Field label={words.keys.name} error={fieldError(create.error, "name")}>
            {(wired) => (
              <Input
                {...wired}
                required
                maxLength={200}
                placeholder={words.keys.namePlaceholder}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label={words.keys.expires} error={fieldError(create.error, "expires_at")}>
            {(wired) => (
              <Select
                {...wired}
                value={days ?? ""}
                onChange={(event) => setDays(event.target.value ? Number(event.target.value) : null)}
              >
                {LIFETIMES_DAYS.map((n) => (
                  <option key={n} value={n}>
                    {words.keys.days(n)}
                  </option>
                ))}
                <option value="">{words.keys.never}</option>
              </Select>
            )}
          </Field>
        </div>
        <Scopes offered={scopes} picked={picked} onChange={setPicked} />
        <FormError error={create.error} />
      </form>
    </Dialog>
  );
}

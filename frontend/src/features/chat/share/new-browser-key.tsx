"use client";
/** Names the origins that may ask, and how much. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { ApiError, fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { Field, Input, Select, Textarea } from "@/ui/field";
import { addBrowserKey } from "./queries";
import { words as all } from "./words";

const words = all.keys;
const DAY_MS = 86_400_000;
const LIFETIMES_DAYS = [30, 90, 365];

type Props = { endpointId: string; onMade: () => void; onClose: () => void };

export function NewBrowserKey({ endpointId, onMade, onClose }: Props) {
  const form = useId();
  const [name, setName] = useState("");
  const [origins, setOrigins] = useState("");
  const [perReader, setPerReader] = useState("50");
  const [perDay, setPerDay] = useState("1000");
  const [days, setDays] = useState<number | null>(null);
  const listed = origins.split(/[\s,]+/).filter(Boolean);
  const create = useMutation({
    mutationFn: () =>
      addBrowserKey(endpointId, {
        name: name.trim() || (listed[0] ?? ""),
        origins: listed,
        questions_per_reader_per_day: Number(perReader),
        questions_per_day: Number(perDay),
        expires_at: days === null ? null : new Date(Date.now() + days * DAY_MS).toISOString(),
      }),
    onSuccess: () => {
      onMade();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  const limit = (label: string, field: string, value: string, set: (value: string) => void) => (
    <Field label={label} error={fieldError(create.error, field)}>
      {(wired) => (
        <Input
          {...wired}
          type="number"
          min={1}
          required
          className="numbers"
          value={value}
          onChange={(event) => set(event.target.value)}
        />
      )}
    </Field>
  );
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.add}
      width="md"
      actions={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={form} look="primary" disabled={listed.length === 0 || create.isPending}>
            {words.create}
          </Button>
        </>
      }
    >
      <form id={form} className="grid gap-4" onSubmit={submit}>
        <Field label={words.origins} help={words.originsHelp} error={originsError(create.error)}>
          {(wired) => (
            <Textarea
              {...wired}
              className="font-mono text-sm"
              placeholder="https://docs.example.org"
              value={origins}
              onChange={(event) => setOrigins(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.name} error={fieldError(create.error, "name")}>
          {(wired) => (
            <Input
              {...wired}
              maxLength={200}
              placeholder={listed[0] ?? words.namePlaceholder}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div className="grid items-end gap-4 sm:grid-cols-3">
          {limit(words.perReader, "questions_per_reader_per_day", perReader, setPerReader)}
          {limit(words.perDay, "questions_per_day", perDay, setPerDay)}
          <Field label={words.lifetime} error={fieldError(create.error, "expires_at")}>
            {(wired) => (
              <Select
                {...wired}
                value={days ?? ""}
                onChange={(event) => setDays(event.target.value ? Number(event.target.value) : null)}
              >
                <option value="">{words.neverChoice}</option>
                {LIFETIMES_DAYS.map((n) => (
                  <option key={n} value={n}>
                    {words.days(n)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <FormError error={create.error} />
      </form>
    </Dialog>
  );
}

/** The server names the line that is wrong: `origins.1`. */
function originsError(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const found = error.fields.filter(({ path }) => path[0] === "origins").map(({ message }) => message);
  return found.length > 0 ? found.join(" ") : undefined;
}

"use client";
import { type FormEvent, useId, useState } from "react";
/** Asks what a new key may use, then shows its secret once. */
import type { NewEndpointKey } from "@/api/types";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { Field, Input, Select } from "@/ui/field";
import { SecretOnce } from "@/ui/secret-once";
import { createKey } from "./queries";
import { words } from "./words";

const LIFETIMES_DAYS = [30, 90, 365];
const DAY_MS = 86_400_000;
/** What the server takes too when nothing is said. */
const USUAL = { perMinute: "60", perDay: "10000", days: "90" };

type Props = { id: string; onMade: () => void; onClose: () => void };

export function NewKey({ id, onMade, onClose }: Props) {
  const [made, setMade] = useState<NewEndpointKey | null>(null);
  if (!made) {
    return (
      <KeyForm
        id={id}
        onClose={onClose}
        onMade={(key) => {
          setMade(key);
          onMade();
        }}
      />
    );
  }
  const title = words.keys.onceTitle(made.name);
  return <SecretOnce title={title} what={words.keys.secret} secret={made.key} onClose={onClose} />;
}

/** An empty field is no limit; what is no number is sent as it is: the server says what is wrong with it. */
function limitOf(text: string): number | string | null {
  if (text.trim() === "") return null;
  const value = Number(text.trim());
  return Number.isFinite(value) ? value : text;
}

type FormProps = { id: string; onMade: (key: NewEndpointKey) => void; onClose: () => void };

function KeyForm({ id, onMade, onClose }: FormProps) {
  const form = useId();
  const [name, setName] = useState("");
  const [perMinute, setPerMinute] = useState(USUAL.perMinute);
  const [perDay, setPerDay] = useState(USUAL.perDay);
  const [days, setDays] = useState(USUAL.days);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    try {
      onMade(
        await createKey(id, {
          name: name.trim(),
          calls_per_minute: limitOf(perMinute),
          rows_per_day: limitOf(perDay),
          expires_at: days === "" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
        }),
      );
    } catch (reason) {
      setError(reason);
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.keys.add}
      width="md"
      actions={
        <>
          <Button onClick={onClose}>{words.keys.cancel}</Button>
          <Button type="submit" form={form} look="primary" disabled={!name.trim() || isBusy}>
            {words.keys.create}
          </Button>
        </>
      }
    >
      <form id={form} className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Field label={words.keys.name} error={fieldError(error, "name")}>
          {(wired) => (
            <Input
              {...wired}
              maxLength={200}
              placeholder={words.keys.namePlaceholder}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div className="grid items-start gap-4 sm:grid-cols-3">
          <Field label={words.keys.perMinute} error={fieldError(error, "calls_per_minute")}>
            {(wired) => <Limit wired={wired} value={perMinute} onChange={setPerMinute} />}
          </Field>
          <Field label={words.keys.perDay} help={words.keys.perDayHelp} error={fieldError(error, "rows_per_day")}>
            {(wired) => <Limit wired={wired} value={perDay} onChange={setPerDay} />}
          </Field>
          <Field label={words.keys.expires} error={fieldError(error, "expires_at")}>
            {(wired) => (
              <Select {...wired} value={days} onChange={(event) => setDays(event.target.value)}>
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
        <FormError error={error} />
      </form>
    </Dialog>
  );
}

type LimitProps = { wired: { id: string }; value: string; onChange: (value: string) => void };

const Limit = ({ wired, value, onChange }: LimitProps) => (
  <Input
    {...wired}
    inputMode="numeric"
    className="numbers"
    placeholder={words.keys.noLimit}
    value={value}
    onChange={(event) => onChange(event.target.value)}
  />
);

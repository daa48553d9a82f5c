"use client";

import { type FormEvent, useState } from "react";
import type { Me } from "@/api/types";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { FormError } from "@/ui/error-state";
import { Checkbox, Field, Input } from "@/ui/field";
import { Section } from "@/ui/page";
import { toast } from "@/ui/toast";
import { useChangeMe } from "./queries";
import { words } from "./words";

const MIN_LENGTH = 12;

export function PasswordForm({ me }: { me: Me }) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [isShown, setIsShown] = useState(false);
  const change = useChangeMe();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { password: next, ...(me.has_password && { current_password: current }) };
    change.mutate(body, {
      onSuccess: () => {
        setCurrent("");
        setNext("");
        toast(words.password.changed);
      },
    });
  };
  const type = isShown ? "text" : "password";
  return (
    <Section title={words.password.title}>
      <form className="grid gap-3" onSubmit={submit}>
        {/* Password managers file the new password under this name. */}
        <input type="text" autoComplete="username" value={me.email ?? ""} readOnly hidden />
        {!me.has_password && <p className="text-muted">{words.password.none}</p>}
        {me.has_password && (
          <Field label={words.password.current} error={fieldError(change.error, "current_password")}>
            {(wired) => (
              <Input
                {...wired}
                type={type}
                autoComplete="current-password"
                required
                value={current}
                onChange={(event) => setCurrent(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label={words.password.next} help={words.password.nextHelp} error={fieldError(change.error, "password")}>
          {(wired) => (
            <Input
              {...wired}
              type={type}
              autoComplete="new-password"
              required
              minLength={MIN_LENGTH}
              value={next}
              onChange={(event) => setNext(event.target.value)}
            />
          )}
        </Field>
        <label className="flex items-center gap-2 text-sm">
          <Checkbox checked={isShown} onChange={(event) => setIsShown(event.target.checked)} />
          {words.password.show}
        </label>
        <FormError error={change.error} />
        <div>
          <Button type="submit" look="primary" disabled={next === "" || change.isPending}>
            {me.has_password ? words.password.change : words.password.set}
          </Button>
        </div>
      </form>
    </Section>
  );
}

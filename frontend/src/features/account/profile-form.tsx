"use client";

import { type FormEvent, useState } from "react";
import type { Me } from "@/api/types";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { FormError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { Section } from "@/ui/page";
import { toast } from "@/ui/toast";
import { useChangeMe } from "./queries";
import { words } from "./words";

/** Name and e-mail; a changed e-mail asks for the password. */
export function ProfileForm({ me }: { me: Me }) {
  const [name, setName] = useState(me.name);
  const [email, setEmail] = useState(me.email ?? "");
  const [current, setCurrent] = useState("");
  const change = useChangeMe();
  const isEmailNew = email !== (me.email ?? "");
  const isChanged = name !== me.name || isEmailNew;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = {
      ...(name !== me.name && { name }),
      ...(isEmailNew && { email }),
      ...(isEmailNew && me.has_password && { current_password: current }),
    };
    change.mutate(body, {
      onSuccess: () => {
        setCurrent("");
        toast(words.saved);
      },
    });
  };
  return (
    <Section title={words.profile.title}>
      <form className="grid gap-3" onSubmit={submit}>
        <Field label={words.profile.name} error={fieldError(change.error, "name")}>
          {(wired) => (
            <Input
              {...wired}
              autoComplete="name"
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.profile.email} help={words.profile.emailHelp} error={fieldError(change.error, "email")}>
          {(wired) => (
            <Input
              {...wired}
              type="email"
              autoComplete="email"
              maxLength={320}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        {isEmailNew && me.has_password && (
          <Field
            label={words.profile.current}
            help={words.profile.currentHelp}
            error={fieldError(change.error, "current_password")}
          >
            {(wired) => (
              <Input
                {...wired}
                type="password"
                autoComplete="current-password"
                required
                value={current}
                onChange={(event) => setCurrent(event.target.value)}
              />
            )}
          </Field>
        )}
        <FormError error={change.error} />
        <div>
          <Button type="submit" look="primary" disabled={!isChanged || change.isPending}>
            {words.save}
          </Button>
        </div>
      </form>
    </Section>
  );
}

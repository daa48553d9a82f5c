"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { meQuery, systemQuery } from "@/api/account";
import { api, unwrap } from "@/api/client";
import type { Me } from "@/api/types";
import { ApiError } from "@/lib/api-error";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { Tabs } from "@/ui/tabs";

const MIN_PASSWORD = 12;

/** The way in: a one-time link, or e-mail and password, or a new account where registration is open. */
export function SignIn() {
  const [token] = useParam("token");
  const enter = useEnter();
  return (
    <main id="main" className="grid min-h-dvh place-items-center p-4">
      <title>Sign in · Modelyard</title>
      <div className="w-full max-w-sm">
        <h1 className="mb-1 font-semibold text-xl">Modelyard</h1>
        <p className="mb-5 text-muted">From data to a live model.</p>
        {token ? <ByLink token={token} onEntered={enter} /> : <Ways onEntered={enter} />}
      </div>
    </main>
  );
}

/** Goes to where the reader wanted to be; only to a page of this yard. */
function useEnter() {
  const client = useQueryClient();
  const router = useRouter();
  const [next] = useParam("next");
  return (me: Me) => {
    client.setQueryData(meQuery().queryKey, me);
    router.replace(localPath(next));
  };
}

export const localPath = (next: string | null) => (next && /^\/(?![/\\])/.test(next) ? next : "/");

type Entered = { onEntered: (me: Me) => void };

function ByLink({ token, onEntered }: Entered & { token: string }) {
  const signIn = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/auth/sign-in-link", { body: { token } })),
    onSuccess: onEntered,
  });
  const wasSent = useRef(false);
  useEffect(() => {
    // A link works once: development's double effects must not use it twice.
    if (wasSent.current) return;
    wasSent.current = true;
    signIn.mutate();
  });
  if (!signIn.isError) return <p role="status">Signing in…</p>;
  return (
    <div className="grid gap-4">
      <InlineError error={signIn.error} />
      <Ways onEntered={onEntered} />
    </div>
  );
}

function Ways({ onEntered }: Entered) {
  const system = useQuery(systemQuery());
  const [way, setWay] = useState("sign-in");
  const ways = [{ value: "sign-in", label: "Sign in", verb: "Sign in", isNew: false }];
  if (system.data?.registration === "open")
    ways.push({ value: "register", label: "Register", verb: "Register", isNew: true });
  return (
    <Tabs
      isInset
      label="Ways in"
      value={way}
      onChange={setWay}
      tabs={ways.map(({ value, label, verb, isNew }) => ({
        value,
        label,
        content: (
          <div className="pt-4">
            <Credentials verb={verb} isNew={isNew} onEntered={onEntered} />
          </div>
        ),
      }))}
    />
  );
}

function Credentials({ verb, isNew = false, onEntered }: Entered & { verb: string; isNew?: boolean }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [name, setName] = useState("");
  const signIn = useMutation({
    mutationFn: async () => {
      if (isNew) await api.POST("/api/v1/auth/register", { body: { email, password, name } });
      return unwrap(api.POST("/api/v1/auth/sign-in", { body: { email, password } }));
    },
    onSuccess: onEntered,
  });
  const failed = (field: string) => (signIn.error instanceof ApiError ? signIn.error.field(field) : undefined);
  const hasFieldErrors = signIn.error instanceof ApiError && signIn.error.fields.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form className="grid gap-4" onSubmit={submit}>
      {isNew && (
        <Field label="Name" error={failed("name")}>
          {(wired) => (
            <Input {...wired} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
      )}
      <Field label="E-mail" error={failed("email")}>
        {(wired) => (
          <Input
            {...wired}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Password"
        help={isNew ? `At least ${MIN_PASSWORD} characters, and not one of the common ones.` : undefined}
        error={failed("password")}
      >
        {(wired) => (
          <Input
            {...wired}
            type="password"
            autoComplete={isNew ? "new-password" : "current-password"}
            required
            minLength={isNew ? MIN_PASSWORD : undefined}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {!hasFieldErrors && <InlineError error={signIn.error} />}
      <Button type="submit" look="primary" disabled={signIn.isPending}>
        {verb}
      </Button>
      {!isNew && (
        <p className="text-muted text-sm">
          On your own machine, the line that <code className="font-mono">make run</code> prints has a link that signs
          you in.
        </p>
      )}
    </form>
  );
}

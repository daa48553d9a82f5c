"use client";
/** Which checkpoint, what it is called, and how it reads texts. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { kindsQuery } from "@/api/kinds";
import type { Run } from "@/api/types";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { ErrorState, FormError } from "@/ui/error-state";
import { Checkbox, Field, Input } from "@/ui/field";
import { Skeleton } from "@/ui/skeleton";
import { Tabs } from "@/ui/tabs";
import { addFromHub, addZip, useAdding } from "./adding";
import { SendingZip } from "./sending-zip";
import { HubChoice, ZipChoice } from "./source-choices";
import { words } from "./words";

const ENGINE = "transformers";
const TOKENS = { least: 8, most: 8192, default: 256 };

type Props = { onStarted: (run: Run) => void };

/** The form, unless what reads checkpoints is not installed: then why, and what to do. */
export function CheckpointForm({ onStarted }: Props) {
  const kinds = useQuery(kindsQuery);
  if (kinds.error) return <ErrorState error={kinds.error} title={words.notKnown} retry={() => void kinds.refetch()} />;
  if (!kinds.data) return <Skeleton className="my-2 h-40" />;
  const reason = kinds.data.engine?.find(({ kind }) => kind === ENGINE)?.unavailable_reason;
  if (reason) {
    return (
      <div role="note" className="my-2 grid gap-1 rounded-md border border-line bg-warn-soft px-3 py-2">
        <p className="font-medium">{words.unavailable}</p>
        <p className="[overflow-wrap:anywhere]">{reason}</p>
      </div>
    );
  }
  return <Form onStarted={onStarted} />;
}

function Form({ onStarted }: Props) {
  const client = useQueryClient();
  const { error, sending } = useAdding();
  const [way, setWay] = useState<"zip" | "hub">("zip");
  const [file, setFile] = useState<File | null>(null);
  const [hub, setHub] = useState({ typed: "", revision: "" });
  const [name, setName] = useState("");
  const [tokens, setTokens] = useState("");
  const [isInt8, setIsInt8] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  const isReady = way === "zip" ? file !== null : hub.typed.trim() !== "";

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const options = { name, maxTokens: tokens === "" ? null : Number(tokens), isInt8 };
    setIsAsking(true);
    const run =
      way === "hub"
        ? await addFromHub(client, hub.typed, hub.revision, options)
        : file && (await addZip(client, file, options));
    setIsAsking(false);
    if (run) onStarted(run);
  };

  return (
    <form className="grid gap-4 pb-1" onSubmit={(event) => void submit(event)}>
      <Tabs
        label={words.source}
        value={way}
        onChange={(next) => setWay(next === "hub" ? "hub" : "zip")}
        isInset
        tabs={[
          { value: "zip", label: words.zip, content: <ZipChoice file={file} onFile={setFile} /> },
          {
            value: "hub",
            label: words.hub,
            content: (
              <HubChoice draft={hub} onChange={(fields) => setHub((now) => ({ ...now, ...fields }))} error={error} />
            ),
          },
        ]}
      />
      <Field label={words.name} help={words.nameHelp} error={fieldError(error, "name")}>
        {(wired) => <Input {...wired} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <details>
        <summary className="cursor-pointer py-1 text-muted text-sm">{words.more}</summary>
        <div className="grid gap-3 pt-2">
          <Field label={words.tokens} help={words.tokensHelp} error={fieldError(error, "max_tokens")}>
            {(wired) => (
              <Input
                {...wired}
                type="number"
                className="numbers max-w-40"
                min={TOKENS.least}
                max={TOKENS.most}
                placeholder={String(TOKENS.default)}
                value={tokens}
                onChange={(event) => setTokens(event.target.value)}
              />
            )}
          </Field>
          <label className="flex items-start gap-2">
            <Checkbox className="mt-0.5" checked={isInt8} onChange={(event) => setIsInt8(event.target.checked)} />
            <span className="grid gap-0.5">
              {words.int8}
              <span className="text-muted text-sm">{words.int8Help}</span>
            </span>
          </label>
        </div>
      </details>
      <FormError error={error} />
      {sending && <SendingZip sending={sending} />}
      <div className="flex justify-end">
        <Button look="primary" type="submit" disabled={!isReady || isAsking || sending !== null}>
          {words.submit}
        </Button>
      </div>
    </form>
  );
}

"use client";
/** One endpoint: a form made from its signature, the answer, the history of calls, and the call as code. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { isNotFound } from "@/api/client";
import type { CallResult, Endpoint, ModelSummary, Signature } from "@/api/types";
import { ApiError } from "@/lib/api-error";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { Page, Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Answer } from "./answer";
import { CodeSnippets } from "./code-snippets";
import { History } from "./history";
import { callEndpoint, endpointQuery, signatureQuery, versionsQuery } from "./queries";
import { exampleRow, rowToTyped, type Typed, typedToRow } from "./row";
import { RowForm } from "./row-form";
import { words } from "./words";

const crumbs = [{ label: words.title, href: "/predict/" }];

export function EndpointDetail({ id }: { id: string }) {
  const endpoint = useQuery(endpointQuery(id));
  if (endpoint.error) {
    const isGone = isNotFound(endpoint.error);
    return (
      <Page title={words.title} crumbs={crumbs}>
        <ErrorState
          title={words.openFailed}
          error={isGone ? new Error(words.missing) : endpoint.error}
          retry={isGone ? undefined : () => void endpoint.refetch()}
          actions={
            <Button asChild>
              <Link href="/predict/">{words.toList}</Link>
            </Button>
          }
        />
      </Page>
    );
  }
  if (!endpoint.data) {
    return (
      <Page title={words.title} crumbs={crumbs}>
        <div role="status" aria-label={words.loading} className="grid gap-8 p-4 lg:grid-cols-2">
          <div className="grid gap-4">
            {[0, 1, 2, 3, 4, 5].map((n) => (
              <Skeleton key={n} className="h-12" />
            ))}
          </div>
          <Skeleton className="h-48" />
        </div>
      </Page>
    );
  }
  return <OfVersion endpoint={endpoint.data} />;
}

/** The served version, or the one that the address names. */
function OfVersion({ endpoint }: { endpoint: Endpoint }) {
  const { servable } = endpoint;
  const [asked, setAsked] = useParam("version");
  const versions = useQuery({ ...versionsQuery(servable.id), enabled: servable.version !== null }).data?.versions ?? [];
  const isOther = asked !== null && asked !== String(servable.version);
  const other = isOther ? versions.find((each) => String(each.version) === asked) : undefined;
  const model = useQuery({ ...signatureQuery(other?.id ?? ""), enabled: other !== undefined }).data;
  const chosen = other && model ? { signature: model.signature, modelId: other.id, version: other.version } : null;
  const isWaiting = other !== undefined && !model;
  return (
    <Loaded
      key={`${chosen?.modelId ?? servable.id} ${isWaiting}`}
      endpoint={endpoint}
      signature={chosen?.signature ?? endpoint.signature}
      modelId={chosen?.modelId ?? servable.id}
      version={chosen?.version ?? null}
      choice={
        <>
          {isOther && versions.length > 0 && !other && (
            <p role="note" className="text-sm text-warn">
              {words.version.missing(asked)}
            </p>
          )}
          {versions.length > 1 && (
            <VersionChoice
              versions={versions}
              chosen={other?.version ?? servable.version ?? 0}
              onChoose={(version) => setAsked(version === servable.version ? null : String(version), "replace")}
            />
          )}
        </>
      }
    />
  );
}

type ChoiceProps = { versions: readonly ModelSummary[]; chosen: number; onChoose: (version: number) => void };

function VersionChoice({ versions, chosen, onChoose }: ChoiceProps) {
  const isServed = versions.some((each) => each.is_promoted && each.version === chosen);
  return (
    <div className="grid max-w-72 gap-1 pb-2">
      <Field label={words.version.label} help={isServed ? undefined : words.version.tried(chosen)}>
        {(wired) => (
          <Select {...wired} value={chosen} onChange={(event) => onChoose(Number(event.target.value))}>
            {versions.map((each) => (
              <option key={each.id} value={each.version}>
                {each.is_promoted ? words.version.served(each.version) : words.version.named(each.version)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}

type Given = { typed: Typed; result: CallResult };

type LoadedProps = {
  endpoint: Endpoint;
  signature: Signature;
  modelId: string;
  /** Asked by number; null: whichever is served. */
  version: number | null;
  choice: ReactNode;
};

function Loaded({ endpoint, signature, modelId, version, choice }: LoadedProps) {
  const { id } = endpoint;
  const client = useQueryClient();
  const [typed, setTyped] = useState<Typed>(() => exampleRow(signature));
  const [given, setGiven] = useState<Given | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const row = typedToRow(signature, typed);

  const call = async () => {
    setIsBusy(true);
    setError(null);
    try {
      setGiven({ typed, result: await callEndpoint(id, [row], version) });
    } catch (reason) {
      setError(reason);
    } finally {
      setIsBusy(false);
      void client.invalidateQueries({ queryKey: ["endpoints"] });
    }
  };
  const change = (name: string, text: string) => setTyped({ ...typed, [name]: text });
  const errors = error instanceof ApiError ? fieldErrors(error) : {};

  return (
    <Page
      title={endpoint.name}
      crumbs={crumbs}
      actions={
        endpoint.servable.kind === "model" && (
          <Button asChild>
            <Link href={`/models/?id=${modelId}`}>{words.model}</Link>
          </Button>
        )
      }
    >
      <div className="grid gap-x-8 gap-y-8 p-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <Section
          title={words.form.title}
          actions={
            <div className="flex gap-1">
              <Button look="quiet" size="sm" onClick={() => setTyped(exampleRow(signature))}>
                {words.form.example}
              </Button>
              <Button look="quiet" size="sm" onClick={() => setTyped({})}>
                {words.form.clear}
              </Button>
            </div>
          }
        >
          {choice}
          <RowForm
            signature={signature}
            typed={typed}
            errors={errors}
            error={error}
            isBusy={isBusy}
            onChange={change}
            onSubmit={() => void call()}
          />
        </Section>
        <div className="grid min-w-0 content-start gap-8">
          <Section title={words.answer.title}>
            <Answer
              result={given?.result ?? null}
              signature={signature}
              isOld={given !== null && given.typed !== typed}
            />
          </Section>
          <Section title={words.code.title}>
            <CodeSnippets id={id} row={row} version={version} />
          </Section>
        </div>
        <div className="min-w-0 lg:col-span-2">
          <Section title={words.history.title}>
            <History id={id} signature={signature} onUse={(inputs) => setTyped(rowToTyped(signature, inputs))} />
          </Section>
        </div>
      </div>
    </Page>
  );
}

/** Messages by column, from paths such as `["inputs", 0, "age"]`. */
function fieldErrors(error: ApiError): Record<string, string> {
  return Object.fromEntries(
    error.fields.filter(({ path }) => path[0] === "inputs").map(({ path, message }) => [String(path.at(-1)), message]),
  );
}

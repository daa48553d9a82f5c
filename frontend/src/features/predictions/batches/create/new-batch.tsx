"use client";
/** A new batch: which endpoint, which rows, and what to call them. What fails is told before anything starts. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { Endpoint } from "@/api/types";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { Page } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { batchesHref, batchHref } from "../places";
import { endpointQuery, endpointsQuery } from "../queries";
import { words } from "../words";
import { EndpointChoice } from "./endpoint-choice";
import { type Source, sendRows, useSending } from "./sending";
import { SendingLine } from "./sending-line";
import { SourceChoice } from "./source-choice";

const crumbs = [
  { label: words.predict, href: "/predict/" },
  { label: words.title, href: batchesHref },
];
const form = "new-batch";

export function NewBatch({ endpointId }: { endpointId: string | null }) {
  const [, setChosen] = useParam("new");
  const list = useQuery({ ...endpointsQuery, enabled: endpointId === null });
  const id = endpointId ?? list.data?.items[0]?.id ?? null;
  const endpoint = useQuery({ ...endpointQuery(id ?? ""), enabled: id !== null });
  const error = list.error ?? endpoint.error;
  const hasNone = list.data?.items.length === 0;
  return (
    <Page title={words.create.title} crumbs={crumbs}>
      {error && <ErrorState error={error} title={words.openFailed} retry={() => void endpoint.refetch()} />}
      {hasNone && (
        <EmptyState
          title={words.noEndpoint.title}
          actions={
            <Button look="primary" asChild>
              <Link href="/workflows/">{words.noEndpoint.action}</Link>
            </Button>
          }
        >
          {words.noEndpoint.text}
        </EmptyState>
      )}
      {!error && !hasNone && !endpoint.data && (
        <div role="status" aria-label={words.loading} className="grid max-w-[72ch] gap-4 p-4">
          <Skeleton className="h-12" />
          <Skeleton className="h-40" />
          <Skeleton className="h-12" />
        </div>
      )}
      {endpoint.data && <Filled endpoint={endpoint.data} onChoose={(chosen) => setChosen(chosen, "replace")} />}
    </Page>
  );
}

function Filled({ endpoint, onChoose }: { endpoint: Endpoint; onChoose: (id: string) => void }) {
  const router = useRouter();
  const client = useQueryClient();
  const [source, setSource] = useState<Source | null>(null);
  const [label, setLabel] = useState("");
  const sending = useSending((store) => store.sending);
  const isSending = sending !== null && sending.error === null && sending.known === null;

  const send = async (rows: Source, givenLabel: string, again = false) => {
    const batch = await sendRows(client, { endpointId: endpoint.id, source: rows, label: givenLabel.trim(), again });
    // The reader may have gone elsewhere meanwhile: the list has the batch.
    if (batch && window.location.pathname.startsWith(batchesHref)) router.push(batchHref(batch.id));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (source) void send(source, label);
  };

  return (
    <form id={form} className="grid max-w-[80ch] gap-6 p-4" onSubmit={submit}>
      <EndpointChoice endpoint={endpoint} onChoose={onChoose} />
      <SourceChoice endpoint={endpoint} source={source} onSource={setSource} />
      <Field label={words.create.label} help={words.create.labelHelp}>
        {(wired) => (
          <Input
            {...wired}
            maxLength={200}
            className="max-w-sm"
            value={label}
            onChange={(event) => setLabel(event.target.value)}
          />
        )}
      </Field>
      {sending?.endpointId === endpoint.id && (
        <SendingLine sending={sending} onAgain={() => void send(sending.source, sending.label, true)} />
      )}
      <div>
        <Button look="primary" type="submit" disabled={!source || isSending}>
          {words.create.send}
        </Button>
      </div>
    </form>
  );
}

"use client";
/** The gallery: workflows that ship with the product, each to learn one thing from. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Template } from "@/api/types";
import { Button } from "@/ui/button";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { takeTemplate, templatesQuery } from "./library-queries";
import { words } from "./library-words";
import { addSample, keys } from "./queries";
import { words as room } from "./words";

export function Templates() {
  const templates = useQuery(templatesQuery);
  return (
    <Page title={words.templates.title} crumbs={[{ label: room.title, href: "/workflows/" }]}>
      <p className="max-w-[72ch] px-4 pt-4 text-muted">{words.templates.text}</p>
      {templates.isPending && <TableSkeleton label={words.templates.loading} />}
      {templates.error && (
        <ErrorState error={templates.error} title={words.templates.failed} retry={() => void templates.refetch()} />
      )}
      <ul className="grid gap-4 p-4 lg:grid-cols-2 2xl:grid-cols-3">
        {templates.data?.map((template) => (
          <Card key={template.key} template={template} />
        ))}
      </ul>
    </Page>
  );
}

function Card({ template }: { template: Template }) {
  const router = useRouter();
  const client = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const use = async () => {
    setIsBusy(true);
    setError(null);
    try {
      await Promise.all(template.samples.map(addSample));
      const made = await takeTemplate(template.key);
      void client.invalidateQueries({ queryKey: keys.list });
      void client.invalidateQueries({ queryKey: ["datasets"] });
      router.push(`/workflows/?id=${made.id}`);
    } catch (reason) {
      setError(reason);
      setIsBusy(false);
    }
  };
  return (
    <li className="flex flex-col gap-3 rounded-md border border-line bg-surface p-4">
      <div className="grid gap-1">
        <h2 className="font-semibold text-lg">{template.name}</h2>
        <p>{template.summary}</p>
      </div>
      <div>
        <h3 className="font-medium text-sm">{words.templates.teaches}</h3>
        <ul className="list-disc pl-5 text-muted text-sm">
          {template.teaches.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-sm">
        <dt className="text-muted">{words.templates.sample}</dt>
        <dd>{template.datasets.join(", ")}</dd>
        <dt className="text-muted">{words.templates.nodes}</dt>
        <dd>{template.nodes.join(" · ")}</dd>
      </dl>
      <InlineError error={error} />
      {template.unavailable && <p className="text-sm text-warn">{template.unavailable}</p>}
      <div className="mt-auto flex justify-end">
        <Button
          disabled={isBusy || template.unavailable !== null}
          aria-label={words.templates.useNamed(template.name)}
          onClick={() => void use()}
        >
          {isBusy ? words.templates.making : words.templates.use}
        </Button>
      </div>
    </li>
  );
}

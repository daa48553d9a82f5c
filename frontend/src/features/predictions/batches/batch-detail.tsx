"use client";
/** One batch: what is read of it, what is asked before it starts, how far it is, what came of it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { isNotFound } from "@/api/client";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { Skeleton, TableSkeleton } from "@/ui/skeleton";
import { BatchActions } from "./batch-actions";
import { BatchBody } from "./batch-body";
import { batchesHref } from "./places";
import { batchQuery } from "./queries";
import { words } from "./words";

const crumbs = [
  { label: words.predict, href: "/predict/" },
  { label: words.title, href: batchesHref },
];

export function BatchDetail({ id }: { id: string }) {
  const client = useQueryClient();
  const query = useQuery(batchQuery(id));
  const batch = query.data;
  if (batch) {
    return (
      <Page
        title={batch.name}
        crumbs={crumbs}
        fill
        beside={<StateBadge state={batch.state} word={words.states[batch.state]} />}
        actions={<BatchActions batch={batch} />}
      >
        <BatchBody batch={batch} onChange={(next) => client.setQueryData(batchQuery(id).queryKey, next)} />
      </Page>
    );
  }
  if (query.error) {
    const isGone = isNotFound(query.error);
    return (
      <Page title={words.title} crumbs={crumbs.slice(0, 1)}>
        <ErrorState
          title={words.openFailed}
          error={isGone ? new Error(words.missing) : query.error}
          retry={isGone ? undefined : () => void query.refetch()}
          actions={
            <Button asChild>
              <Link href={batchesHref}>{words.all}</Link>
            </Button>
          }
        />
      </Page>
    );
  }
  return (
    <Page title={words.title} crumbs={crumbs.slice(0, 1)}>
      <div className="grid gap-4 p-4">
        <Skeleton className="h-16" />
        <Skeleton className="h-8 w-96 max-w-full" />
      </div>
      <TableSkeleton label={words.loading} rows={12} />
    </Page>
  );
}

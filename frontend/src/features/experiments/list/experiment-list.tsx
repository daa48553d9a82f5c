"use client";
/** All experiments, each with how its latest attempt stands. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useDebounced } from "@/lib/debounced";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Input } from "@/ui/field";
import { Page } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { DeleteExperiment } from "../delete-experiment";
import { ImportLog } from "../inspect/import-log";
import { experimentHref, NEW_HREF, RECORDED_HREF } from "../places";
import { experimentsQuery } from "../queries";
import type { Experiment } from "../types";
import { words } from "../words";
import { columnsFor } from "./columns";

const ASK_AFTER_MS = 200;

export function ExperimentList() {
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const [leaving, setLeaving] = useState<Experiment | null>(null);
  const search = useDebounced(typed.trim(), ASK_AFTER_MS);
  const list = useInfiniteQuery(experimentsQuery(search));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = list.isSuccess && rows.length === 0 && search === "" && typed === "";
  return (
    <Page
      title={words.title}
      actions={
        <>
          <ImportLog />
          {!isEmpty && (
            <Button asChild look="primary">
              <Link href={NEW_HREF}>
                <Plus />
                {words.make}
              </Link>
            </Button>
          )}
        </>
      }
    >
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.error && <ErrorState error={list.error} title={words.loadFailed} retry={() => void list.refetch()} />}
      {isEmpty && <Empty />}
      {list.isSuccess && !isEmpty && (
        <div className="max-w-sm px-4 py-3">
          <Input
            type="search"
            aria-label={words.search}
            placeholder={words.search}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      )}
      {list.isSuccess && !isEmpty && rows.length === 0 && (
        <p className="px-4 text-muted">{words.nothingFound(search)}</p>
      )}
      {rows.length > 0 && (
        <Table
          label={words.title}
          rows={rows}
          columns={columnsFor(setLeaving)}
          rowId={(row) => row.id}
          onOpen={(row) => router.push(experimentHref(row.id))}
        />
      )}
      {list.hasNextPage && (
        <div className="p-4">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
      {leaving && <DeleteExperiment experiment={leaving} onClose={() => setLeaving(null)} />}
    </Page>
  );
}

const Empty = () => (
  <EmptyState
    title={words.empty.title}
    actions={
      <>
        <Button asChild look="primary">
          <Link href={RECORDED_HREF}>{words.empty.recorded}</Link>
        </Button>
        <Button asChild>
          <Link href={NEW_HREF}>{words.empty.blank}</Link>
        </Button>
      </>
    }
  >
    {words.empty.text}
  </EmptyState>
);

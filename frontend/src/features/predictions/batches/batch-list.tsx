"use client";
/** Batches, newest first: of one endpoint, or of all of them. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useDeferredValue, useMemo, useState } from "react";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Input, Select } from "@/ui/field";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { listColumns } from "./list-columns";
import { batchHref, compareHref, newBatchHref } from "./places";
import { batchesQuery, endpointsQuery } from "./queries";
import { words } from "./words";

const STATES = ["reading", "ready", "queued", "running", "succeeded", "failed", "cancelled"] as const;

export function NewBatchButton({ endpointId }: { endpointId: string | null }) {
  return (
    <Button look="primary" asChild>
      <Link href={newBatchHref(endpointId)}>{words.make}</Link>
    </Button>
  );
}

/** `endpointId`: of this one only; null: of all. */
export function BatchList({ endpointId }: { endpointId: string | null }) {
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const [state, setState] = useState("");
  const [picked, setPicked] = useState<readonly string[]>([]);
  const search = useDeferredValue(typed.trim());
  const list = useInfiniteQuery(batchesQuery({ endpointId, search, state }));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isNarrowed = search !== "" || state !== "";
  const isEmpty = list.isSuccess && rows.length === 0 && !isNarrowed;
  const isOfAll = endpointId === null;
  const columns = useMemo(() => listColumns({ isOfAll, picked, setPicked }), [isOfAll, picked]);
  const showAll = () => {
    setTyped("");
    setState("");
  };

  return (
    <div className="grid min-w-0 content-start">
      {!isEmpty && (
        <div className="flex flex-wrap items-center gap-2 px-4 py-3">
          <Input
            type="search"
            aria-label={words.search}
            placeholder={words.searchHint}
            className="sm:max-w-xs"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Select
            aria-label={words.state}
            className="max-w-40"
            value={state}
            onChange={(event) => setState(event.target.value)}
          >
            <option value="">{words.anyState}</option>
            {STATES.map((each) => (
              <option key={each} value={each}>
                {words.states[each]}
              </option>
            ))}
          </Select>
          {picked.length > 1 && (
            <Button asChild>
              <Link href={compareHref(picked)}>{words.compare(picked.length)}</Link>
            </Button>
          )}
          {endpointId !== null && (
            <>
              <span className="flex-1" />
              <NewBatchButton endpointId={endpointId} />
            </>
          )}
        </div>
      )}
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.isError && <ErrorState error={list.error} title={words.loadFailed} retry={() => void list.refetch()} />}
      {isEmpty && <NoBatches endpointId={endpointId} />}
      {list.isSuccess && rows.length === 0 && isNarrowed && (
        <EmptyState
          title={search === "" ? words.noneSuch : words.none(search)}
          actions={<Button onClick={showAll}>{words.showAll}</Button>}
        />
      )}
      {rows.length > 0 && (
        <Table
          label={words.title}
          rows={rows}
          columns={columns}
          rowId={(batch) => batch.id}
          onOpen={(batch) => router.push(batchHref(batch.id))}
        />
      )}
      {list.hasNextPage && (
        <div className="p-4 text-center">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </div>
  );
}

function NoBatches({ endpointId }: { endpointId: string | null }) {
  const endpoints = useQuery({ ...endpointsQuery, enabled: endpointId === null });
  const hasNone = endpointId === null && endpoints.data?.items.length === 0;
  if (hasNone) {
    return (
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
    );
  }
  return (
    <EmptyState
      title={words.empty.title}
      actions={
        <>
          <NewBatchButton endpointId={endpointId} />
          <Button asChild>
            <Link href={newBatchHref(endpointId, "sample")}>{words.empty.sample}</Link>
          </Button>
        </>
      }
    >
      {words.empty.text}
    </EmptyState>
  );
}

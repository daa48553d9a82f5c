"use client";
/** Every call of an endpoint, newest first: filtered, opened beside the list, exported, deleted. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Endpoint, PastCall, Signature } from "@/api/types";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { ExactTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { versionsQuery } from "../queries";
import { CallPanel } from "./call-panel";
import { columnsFor } from "./columns";
import { FilterBar } from "./filter-bar";
import { isFiltered, NO_FILTERS, useFilters } from "./filters";
import { HistoryMenu } from "./history-menu";
import { callsQuery } from "./queries";
import { words } from "./words";

type Props = { endpoint: Endpoint; onUse: (row: Record<string, unknown>) => void; onTry: () => void };

export function HistoryTab({ endpoint, onUse, onTry }: Props) {
  const { id, signature, servable } = endpoint;
  const [filters, change] = useFilters();
  const [openId, setOpenId] = useParam("call");
  const calls = useInfiniteQuery(callsQuery(id, filters));
  const versions = useQuery({ ...versionsQuery(servable.id), enabled: servable.version !== null }).data?.versions ?? [];
  const rows = useMemo(() => calls.data?.pages.flatMap((page) => page.items) ?? [], [calls.data]);
  const isNarrowed = isFiltered(filters);
  const more = () => {
    if (calls.hasNextPage && !calls.isFetchingNextPage) void calls.fetchNextPage();
  };
  const at = rows.findIndex((row) => row.id === openId);
  const step = (by: number) => {
    const next = rows[at + by];
    if (by > 0 && at + by >= rows.length - 5) more();
    if (next) setOpenId(next.id, "replace");
  };
  return (
    <div className="flex h-full min-h-0">
      <div className="flex min-w-0 flex-1 flex-col overflow-y-auto">
        <FilterBar
          filters={filters}
          onChange={change}
          classes={signature.output.classes}
          versions={versions}
          error={calls.error}
        >
          <HistoryMenu endpoint={endpoint} filters={filters} hasRows={rows.length > 0} />
        </FilterBar>
        {calls.isPending && <TableSkeleton label={words.loading} rows={8} />}
        {calls.error && <ErrorState title={words.failed} error={calls.error} retry={() => void calls.refetch()} />}
        {calls.isSuccess && rows.length === 0 && !calls.hasNextPage && (
          <EmptyState
            title={isNarrowed ? words.noMatch : words.none}
            actions={
              isNarrowed ? (
                <Button onClick={() => change(NO_FILTERS)}>{words.clear}</Button>
              ) : (
                <Button look="primary" onClick={onTry}>
                  {words.try}
                </Button>
              )
            }
          >
            {!isNarrowed && words.noneText}
          </EmptyState>
        )}
        {rows.length > 0 && !calls.error && (
          <CallTable rows={rows} signature={signature} openId={openId} onOpen={setOpenId} onNearEnd={more} />
        )}
        {calls.hasNextPage && !calls.error && (
          <div className="flex shrink-0 items-center gap-3 px-4 py-2">
            <Button size="sm" disabled={calls.isFetchingNextPage} onClick={more}>
              {filters.q ? words.searchFurther : words.more}
            </Button>
            <SearchedUntil at={calls.data?.pages.at(-1)?.searched_until} />
          </div>
        )}
      </div>
      {openId && (
        <CallPanel
          key={openId}
          endpoint={endpoint}
          callId={openId}
          onClose={() => setOpenId(null)}
          onUse={onUse}
          onLater={at > 0 ? () => step(-1) : null}
          onEarlier={at >= 0 && at < rows.length - 1 ? () => step(1) : null}
        />
      )}
    </div>
  );
}

type TableProps = {
  rows: readonly PastCall[];
  signature: Signature;
  openId: string | null;
  onOpen: (id: string) => void;
  onNearEnd: () => void;
};

function CallTable({ rows, signature, openId, onOpen, onNearEnd }: TableProps) {
  const columns = useMemo(() => columnsFor(signature), [signature]);
  return (
    // As high as what is left of the page: 100cqh below is the height of this box.
    <div className="min-h-64 flex-1 [container-type:size]">
      <Table
        label={words.title}
        rows={rows}
        columns={columns}
        rowId={(row) => row.id}
        openId={openId}
        onOpen={(row) => onOpen(row.id)}
        height="100cqh"
        canSort={false}
        onNearEnd={onNearEnd}
      />
    </div>
  );
}

const SearchedUntil = ({ at }: { at: string | null | undefined }) =>
  at ? (
    <p className="text-muted text-sm">
      {words.searchedUntil}
      <ExactTime at={at} />
    </p>
  ) : null;

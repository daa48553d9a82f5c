"use client";
/** Every document: how many of its words are indexed, in how many chunks, and why one is not. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useState } from "react";
import { useDebounced } from "@/lib/debounced";
import { formatCount } from "@/lib/format";
import { useParam } from "@/lib/params";
import { type ShownState, StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Input, Select } from "@/ui/field";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import type { Collection, Document, DocumentState } from "../types";
import { documentsQuery } from "./queries";
import { words } from "./words";

const STATES: DocumentState[] = ["waiting", "indexed", "failed"];
const LOOKS: Record<DocumentState, ShownState> = { waiting: "queued", indexed: "succeeded", failed: "failed" };

export function DocumentTable({ collection }: { collection: Collection }) {
  const [search, setSearch] = useState("");
  const [asked, setAsked] = useParam("state");
  const [openId, setOpenId] = useParam("document");
  const state = STATES.find((each) => each === asked) ?? null;
  const settled = useDebounced(search.trim(), 250);
  const isSyncing = collection.state === "syncing";
  const list = useInfiniteQuery(documentsQuery(collection.id, { search: settled, state }, isSyncing));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className="flex flex-wrap gap-2 px-4 pb-3">
        <Input
          type="search"
          className="max-w-72"
          aria-label={words.search}
          placeholder={words.search}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Select
          className="max-w-40"
          aria-label={words.stateLabel}
          value={state ?? ""}
          onChange={(event) => setAsked(event.target.value || null, "replace")}
        >
          <option value="">{words.states.all}</option>
          {STATES.map((each) => (
            <option key={each} value={each}>
              {words.states[each]}
            </option>
          ))}
        </Select>
      </div>
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.error && <ErrorState error={list.error} title={words.failed} retry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && (
        <p className="px-4 pb-4 text-muted">{noneBecause(settled, state, isSyncing)}</p>
      )}
      {rows.length > 0 && (
        <Table
          label={words.title}
          rows={rows}
          columns={columns}
          rowId={(row) => row.id}
          openId={openId}
          onOpen={(row) => setOpenId(row.id)}
        />
      )}
      {list.hasNextPage && (
        <div className="p-4">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
    </>
  );
}

function noneBecause(search: string, state: DocumentState | null, isSyncing: boolean): string {
  if (search) return words.noneFound(search);
  if (state) return words.noneInState;
  return isSyncing ? words.noneYet : words.none;
}

/** Less of a document's words in the index is worth a look. */
export const ENOUGH = 0.99;
const isThin = ({ state, n_words, n_words_indexed }: Document) =>
  state === "indexed" && n_words > 0 && n_words_indexed / n_words < ENOUGH;

const columns: ColumnDef<Document, unknown>[] = [
  {
    accessorKey: "title",
    header: words.columns.title,
    cell: ({ row: { original: document } }) => (
      <bdi title={document.key}>
        <span className="font-medium">{document.title || document.key}</span>
        {!document.key.endsWith(document.title) && <span className="text-muted text-xs"> {document.key}</span>}
      </bdi>
    ),
  },
  {
    accessorKey: "state",
    header: words.columns.state,
    cell: ({ row: { original: document } }) => (
      <span className="inline-flex min-w-0 items-center gap-2" title={document.error?.message}>
        <StateBadge state={LOOKS[document.state]} word={words.states[document.state]} />
        <span className="truncate text-bad max-md:hidden">{document.error?.message}</span>
      </span>
    ),
  },
  {
    id: "words",
    header: words.columns.words,
    accessorFn: (row) => row.n_words_indexed,
    // Of one that was not read yet nobody knows how many words it has.
    cell: ({ row: { original: document } }) =>
      document.state === "waiting" || document.n_words === 0 ? null : (
        <span
          className={isThin(document) ? "text-warn" : undefined}
          title={isThin(document) ? words.notAllWords : undefined}
        >
          {words.wordsOf(formatCount(document.n_words_indexed), formatCount(document.n_words))}
        </span>
      ),
    meta: { isNumber: true },
  },
  {
    accessorKey: "n_chunks",
    header: words.columns.chunks,
    cell: ({ row }) => (row.original.state === "waiting" ? null : formatCount(row.original.n_chunks)),
    meta: { isNumber: true, isWideOnly: true },
  },
  { accessorKey: "loader", header: words.columns.loader, meta: { isWideOnly: true } },
  {
    accessorKey: "changed_at",
    header: words.columns.changed,
    cell: ({ row }) => <RelativeTime at={row.original.changed_at} />,
    meta: { isWideOnly: true },
  },
];

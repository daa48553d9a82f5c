"use client";

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useDeferredValue, useState } from "react";
import type { Dataset } from "@/api/types";
import { formatBytes, formatCount } from "@/lib/format";
import { useParam } from "@/lib/params";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Input } from "@/ui/field";
import { Page } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { ChooseFiles, DropArea, UploadLimits } from "./drop-area";
import { datasetsQuery } from "./queries";
import { SamplesDialog } from "./samples-dialog";
import { UploadList } from "./upload-list";
import { sendFile } from "./uploads";

const columns: ColumnDef<Dataset, unknown>[] = [
  {
    accessorKey: "name",
    header: "Name",
    cell: ({ row: { original: dataset } }) => (
      <span className="flex items-center gap-2">
        <Link
          href={`/data/?id=${dataset.id}`}
          title={dataset.name}
          className="min-w-0 truncate font-medium hover:underline"
          onClick={(event) => event.stopPropagation()}
        >
          {dataset.name}
        </Link>
        {dataset.state !== "ready" && <StateBadge state={dataset.state} />}
      </span>
    ),
  },
  { accessorKey: "n_rows", header: "Rows", meta: { isNumber: true }, cell: (c) => number(c.getValue()) },
  { accessorKey: "n_columns", header: "Columns", meta: { isNumber: true }, cell: (c) => number(c.getValue()) },
  { accessorKey: "target", header: "Target", meta: { isWideOnly: true }, cell: (c) => c.getValue<string | null>() },
  {
    accessorKey: "n_warnings",
    header: "Warnings",
    meta: { isNumber: true, isWideOnly: true },
    cell: ({ row: { original } }) => (original.state === "ready" ? number(original.n_warnings) : null),
  },
  {
    accessorKey: "size_bytes",
    header: "Size",
    meta: { isNumber: true, isWideOnly: true },
    cell: (c) => formatBytes(c.getValue<number>()),
  },
  {
    accessorKey: "created_at",
    header: "Added",
    meta: { isWideOnly: true },
    cell: (c) => <RelativeTime at={c.getValue<string>()} />,
  },
];

const number = (value: unknown) => (value === null ? null : formatCount(value as number));

export function DatasetList() {
  const router = useRouter();
  const client = useQueryClient();
  const [add, setAdd] = useParam("add");
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const list = useInfiniteQuery(datasetsQuery(search));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = list.isSuccess && rows.length === 0 && search === "";

  const takeFiles = async (files: File[]) => {
    const taken = await Promise.all(files.map((file) => sendFile(client, file)));
    // Several files stay on the list; one is opened, unless the reader went elsewhere meanwhile.
    if (files.length === 1 && taken[0] && window.location.pathname === "/data/")
      router.push(`/data/?id=${taken[0].id}`);
  };

  return (
    <DropArea onFiles={takeFiles}>
      <Page
        title="Data"
        actions={
          <>
            <Button onClick={() => setAdd("sample")}>Samples</Button>
            <ChooseFiles onFiles={takeFiles} />
          </>
        }
      >
        <UploadList />
        {add === "file" && !isEmpty && (
          <p className="border-line border-b px-4 py-3 text-muted">
            Choose files with the Upload button: <UploadLimits />
          </p>
        )}
        {!isEmpty && (
          <div className="px-4 py-3">
            <Input
              type="search"
              aria-label="Search datasets"
              placeholder="Search by name"
              className="sm:max-w-xs"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
        )}
        {list.isPending && <TableSkeleton label="Loading datasets" />}
        {list.isError && (
          <ErrorState error={list.error} title="The datasets could not be listed" retry={() => list.refetch()} />
        )}
        {isEmpty && (
          <EmptyState
            title="No data yet"
            actions={
              <>
                <ChooseFiles onFiles={takeFiles} />
                <Button onClick={() => setAdd("sample")}>Use a sample</Button>
              </>
            }
          >
            <UploadLimits />
          </EmptyState>
        )}
        {list.isSuccess && rows.length === 0 && search !== "" && (
          <EmptyState
            title={`No dataset is called “${search}”`}
            actions={<Button onClick={() => setTyped("")}>Show all</Button>}
          />
        )}
        {rows.length > 0 && (
          <Table
            label="Datasets"
            rows={rows}
            columns={columns}
            rowId={(dataset) => dataset.id}
            onOpen={(dataset) => router.push(`/data/?id=${dataset.id}`)}
          />
        )}
        {list.hasNextPage && (
          <div className="p-4 text-center">
            <Button disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
              Show more
            </Button>
          </div>
        )}
      </Page>
      <SamplesDialog open={add === "sample"} onOpenChange={(isOpen) => setAdd(isOpen ? "sample" : null, "replace")} />
    </DropArea>
  );
}

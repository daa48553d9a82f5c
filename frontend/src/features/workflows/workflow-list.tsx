"use client";
/** All workflows: how the last run went, and what can be done with each. */
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { CalendarClock, Copy, Ellipsis, FileUp, LayoutTemplate, Pencil, Plus, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { WorkflowSummary } from "@/api/types";
import { useDebounced } from "@/lib/debounced";
import { MISSING } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Badge, StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Input } from "@/ui/field";
import { Menu } from "@/ui/menu";
import { Page } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { toast } from "@/ui/toast";
import { CreateWorkflow } from "./create-workflow";
import { ImportWorkflow } from "./import-workflow";
import { words as library } from "./library-words";
import { deleteWorkflow, duplicateWorkflow, keys, listQuery, renameWorkflow } from "./queries";
import { Rename } from "./rename";
import { Schedule } from "./schedule";
import { words } from "./words";

type Asked = { what: "rename" | "delete" | "schedule"; workflow: WorkflowSummary };

export function WorkflowList() {
  const router = useRouter();
  const client = useQueryClient();
  const [search, setSearch] = useState("");
  const settled = useDebounced(search.trim(), 250);
  const list = useInfiniteQuery(listQuery(settled));
  const [isNew, setIsNew] = useParam("new");
  const [, setGallery] = useParam("templates");
  const [isImporting, setIsImporting] = useParam("import");
  const [asked, setAsked] = useState<Asked | null>(null);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const refresh = () => client.invalidateQueries({ queryKey: keys.list });
  const open = (id: string) => router.push(`/workflows/?id=${id}`);
  const duplicate = async (workflow: WorkflowSummary) => {
    try {
      await duplicateWorkflow(workflow.id, words.copyOf);
      await refresh();
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), { tone: "bad" });
    }
  };
  const columns = columnsWith((workflow) => (
    <Menu
      trigger={
        <Button look="quiet" size="icon-sm" aria-label={words.actions.menu(workflow.name)}>
          <Ellipsis />
        </Button>
      }
      items={[
        { label: words.actions.rename, icon: <Pencil />, onSelect: () => setAsked({ what: "rename", workflow }) },
        { label: words.actions.duplicate, icon: <Copy />, onSelect: () => void duplicate(workflow) },
        {
          label: library.schedule.open,
          icon: <CalendarClock />,
          onSelect: () => setAsked({ what: "schedule", workflow }),
        },
        "line",
        {
          label: words.actions.delete,
          icon: <Trash2 />,
          isDanger: true,
          onSelect: () => setAsked({ what: "delete", workflow }),
        },
      ]}
    />
  ));
  const isEmpty = list.isSuccess && rows.length === 0 && settled === "";
  return (
    <Page
      title={words.title}
      actions={
        <>
          <Button look="quiet" aria-label={library.import.open} onClick={() => setIsImporting("file")}>
            <FileUp />
            <span className="max-sm:hidden">{library.import.open}</span>
          </Button>
          <Button look="quiet" aria-label={library.templates.open} onClick={() => setGallery("all")}>
            <LayoutTemplate />
            <span className="max-sm:hidden">{library.templates.open}</span>
          </Button>
          <Button look="primary" onClick={() => setIsNew("blank")}>
            <Plus />
            {words.new}
          </Button>
        </>
      }
    >
      {!isEmpty && (
        <div className="px-4 py-3">
          <Input
            type="search"
            className="max-w-72"
            aria-label={words.search}
            placeholder={words.search}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
      )}
      {list.isPending && <TableSkeleton label={words.loading} />}
      {list.error && <ErrorState error={list.error} title={words.loadFailed} retry={() => void list.refetch()} />}
      {isEmpty && (
        <EmptyState
          title={words.empty.title}
          actions={
            <>
              <Button look="primary" onClick={() => setIsNew("blank")}>
                <Plus />
                {words.new}
              </Button>
              <Button onClick={() => setIsNew("sample")}>{words.empty.sample}</Button>
              <Button onClick={() => setGallery("all")}>{library.templates.open}</Button>
            </>
          }
        >
          {words.empty.text}
        </EmptyState>
      )}
      {list.isSuccess && rows.length === 0 && settled !== "" && <EmptyState title={words.noneFound(settled)} />}
      {rows.length > 0 && (
        <Table
          label={words.title}
          rows={rows}
          columns={columns}
          rowId={(row) => row.id}
          onOpen={(row) => open(row.id)}
        />
      )}
      {list.hasNextPage && (
        <div className="p-4">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {words.more}
          </Button>
        </div>
      )}
      {isNew !== null && (
        <CreateWorkflow start={isNew} onClose={() => setIsNew(null, "replace")} onCreated={(made) => open(made.id)} />
      )}
      {isImporting !== null && (
        <ImportWorkflow onClose={() => setIsImporting(null, "replace")} onImported={(made) => open(made.id)} />
      )}
      {asked?.what === "schedule" && (
        <Schedule workflow={asked.workflow.id} readOnly={false} onClose={() => setAsked(null)} />
      )}
      {asked?.what === "rename" && (
        <Rename
          name={asked.workflow.name}
          onClose={() => setAsked(null)}
          onRename={(name) => renameWorkflow(asked.workflow.id, name).then(refresh)}
        />
      )}
      {asked?.what === "delete" && (
        <Confirm
          open
          onOpenChange={(isOpen) => !isOpen && setAsked(null)}
          title={words.remove.title(asked.workflow.name)}
          verb={words.remove.verb}
          onConfirm={() => deleteWorkflow(asked.workflow.id).then(refresh)}
        >
          {words.remove.text}
        </Confirm>
      )}
    </Page>
  );
}

function columnsWith(menu: (workflow: WorkflowSummary) => React.ReactNode): ColumnDef<WorkflowSummary, unknown>[] {
  return [
    {
      accessorKey: "name",
      header: words.columns.name,
      cell: ({ row }) => (
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">{row.original.name}</span>
          {row.original.n_problems > 0 && <Badge tone="warn">{library.list.problems(row.original.n_problems)}</Badge>}
        </span>
      ),
    },
    {
      id: "data",
      header: library.list.data,
      accessorFn: (row) => row.datasets.map(({ name }) => name ?? "").join(", "),
      cell: ({ row }) => <Datasets datasets={row.original.datasets} />,
      meta: { isWideOnly: true },
    },
    {
      id: "state",
      header: words.columns.state,
      accessorFn: (row) => row.last_run?.state ?? "",
      cell: ({ row }) => {
        const run = row.original.last_run;
        return run ? <StateBadge state={run.state} /> : <span className="text-muted">{words.neverRan}</span>;
      },
    },
    {
      id: "when",
      header: words.columns.when,
      accessorFn: (row) => row.last_run?.created_at ?? "",
      cell: ({ row }) => <RelativeTime at={row.original.last_run?.created_at} />,
      meta: { isWideOnly: true },
    },
    {
      id: "next",
      header: library.list.next,
      accessorFn: (row) => row.schedule?.next_at ?? "",
      cell: ({ row }) => <Next schedule={row.original.schedule} />,
      meta: { isWideOnly: true },
    },
    { accessorKey: "n_nodes", header: words.columns.nodes, meta: { isNumber: true, isWideOnly: true } },
    {
      accessorKey: "updated_at",
      header: words.columns.updated,
      cell: ({ row }) => <RelativeTime at={row.original.updated_at} />,
      meta: { isWideOnly: true },
    },
    {
      id: "actions",
      header: () => <span className="sr-only">{words.columns.actions}</span>,
      enableSorting: false,
      cell: ({ row }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: keeps a click on the menu from opening the row
        // biome-ignore lint/a11y/useKeyWithClickEvents: the menu's own button has the keys
        <div className="flex justify-end" onClick={(event) => event.stopPropagation()}>
          {menu(row.original)}
        </div>
      ),
    },
  ];
}

function Datasets({ datasets }: { datasets: WorkflowSummary["datasets"] }) {
  if (datasets.length === 0) return <span className="text-muted">{MISSING}</span>;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keeps a click on a link from opening the row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the links have the keys
    <span className="flex gap-2 truncate" onClick={(event) => event.stopPropagation()}>
      {datasets.map(({ id, name }) =>
        name === null ? (
          <span key={id} className="text-warn">
            {library.list.gone}
          </span>
        ) : (
          <Link key={id} href={`/data/?id=${id}`} className="truncate hover:underline">
            {name}
          </Link>
        ),
      )}
    </span>
  );
}

function Next({ schedule }: { schedule: WorkflowSummary["schedule"] }) {
  if (!schedule) return <span className="text-muted">{MISSING}</span>;
  if (schedule.is_paused) return <span className="text-muted">{library.list.paused}</span>;
  return schedule.next_at ? <time dateTime={schedule.next_at}>{upcoming(schedule.next_at)}</time> : null;
}

const upcoming = (at: string) =>
  new Date(at).toLocaleString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });

"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { Plus } from "lucide-react";
import { useState } from "react";
/** The keys that open this endpoint and nothing else: make, see what is used of their limits, revoke. */
import type { EndpointKey } from "@/api/types";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { ErrorState } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { NewKey } from "./new-key";
import { keysQuery, revokeKey } from "./queries";
import { words } from "./words";

export function EndpointKeys({ id }: { id: string }) {
  const client = useQueryClient();
  const keys = useQuery(keysQuery(id));
  const [isAdding, setIsAdding] = useState(false);
  const [leaving, setLeaving] = useState<EndpointKey | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: keysQuery(id).queryKey });
  return (
    <Section
      title={words.keys.title}
      actions={
        <Button size="sm" onClick={() => setIsAdding(true)}>
          <Plus />
          {words.keys.add}
        </Button>
      }
    >
      <p className="max-w-[72ch] text-muted text-sm">{words.keys.help}</p>
      {keys.isPending && <TableSkeleton label={words.keys.loading} rows={2} />}
      {keys.error && <ErrorState title={words.keys.failed} error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && <p className="border-line border-t py-3 text-muted">{words.keys.none}</p>}
      {keys.data && keys.data.length > 0 && (
        <Table
          isInset
          label={words.keys.title}
          rows={keys.data}
          columns={columnsFor(setLeaving)}
          rowId={(key) => key.id}
          canCopy={false}
        />
      )}
      {isAdding && <NewKey id={id} onMade={() => void refresh()} onClose={() => setIsAdding(false)} />}
      {leaving && (
        <Confirm
          open
          onOpenChange={(isOpen) => !isOpen && setLeaving(null)}
          title={words.keys.revokeTitle(leaving.name)}
          verb={words.keys.revoke}
          onConfirm={async () => {
            await revokeKey(id, leaving.id);
            await refresh();
          }}
        >
          {words.keys.revokeHelp}
        </Confirm>
      )}
    </Section>
  );
}

const isPast = (at: string) => new Date(at).getTime() < Date.now();

const columnsFor = (onRevoke: (key: EndpointKey) => void): ColumnDef<EndpointKey, unknown>[] => [
  { accessorKey: "name", header: words.keys.columns.name },
  {
    accessorKey: "prefix",
    header: words.keys.columns.prefix,
    cell: ({ row }) => <code className="font-mono text-xs">{row.original.prefix}…</code>,
    meta: { isWideOnly: true },
  },
  {
    accessorKey: "n_calls_this_minute",
    header: words.keys.columns.perMinute,
    cell: ({ row: { original } }) => words.keys.ofLimit(original.n_calls_this_minute, original.calls_per_minute),
    meta: { isNumber: true, isWideOnly: true },
  },
  {
    accessorKey: "n_rows_today",
    header: words.keys.columns.perDay,
    cell: ({ row: { original } }) => words.keys.ofLimit(original.n_rows_today, original.rows_per_day),
    meta: { isNumber: true },
  },
  {
    accessorKey: "expires_at",
    header: words.keys.columns.expires,
    cell: ({ row: { original } }) => {
      if (!original.expires_at) return words.keys.never;
      if (isPast(original.expires_at)) return <span className="text-warn">{words.keys.expired}</span>;
      return <RelativeTime at={original.expires_at} />;
    },
    meta: { isWideOnly: true },
  },
  {
    accessorKey: "used_at",
    header: words.keys.columns.used,
    cell: ({ row }) => (row.original.used_at ? <RelativeTime at={row.original.used_at} /> : words.keys.neverUsed),
    meta: { isWideOnly: true },
  },
  {
    id: "revoke",
    header: () => <span className="sr-only">{words.keys.revoke}</span>,
    cell: ({ row }) => (
      <div className="text-right">
        <Button
          look="quiet"
          size="sm"
          aria-label={words.keys.revokeNamed(row.original.name)}
          onClick={() => onRevoke(row.original)}
        >
          {words.keys.revoke}
        </Button>
      </div>
    ),
    enableSorting: false,
    size: 96,
  },
];

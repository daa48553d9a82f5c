import type { ColumnDef } from "@tanstack/react-table";
import type { Key } from "@/api/types";
import { Button } from "@/ui/button";
import { RelativeTime } from "@/ui/relative-time";
import { words } from "./words";

const { columns: headers } = words.keys;

export const keyColumns = (onRevoke: (key: Key) => void): ColumnDef<Key, unknown>[] => [
  { id: "name", header: headers.name, accessorFn: (key) => key.name, cell: ({ row }) => row.original.name },
  {
    id: "prefix",
    header: headers.prefix,
    accessorFn: (key) => key.prefix,
    cell: ({ row }) => <code className="font-mono text-xs">{row.original.prefix}…</code>,
    meta: { isWideOnly: true },
  },
  {
    id: "scopes",
    header: headers.scopes,
    accessorFn: (key) => key.scopes.length,
    cell: ({ row }) => <span title={row.original.scopes.join(", ")}>{row.original.scopes.join(", ")}</span>,
    meta: { isWideOnly: true },
  },
  {
    id: "created",
    header: headers.created,
    accessorFn: (key) => key.created_at,
    cell: ({ row }) => <RelativeTime at={row.original.created_at} />,
    meta: { isWideOnly: true },
  },
  {
    id: "expires",
    header: headers.expires,
    accessorFn: (key) => key.expires_at,
    cell: ({ row }) => (row.original.expires_at ? <RelativeTime at={row.original.expires_at} /> : words.keys.never),
  },
  {
    id: "used",
    header: headers.used,
    accessorFn: (key) => key.used_at,
    cell: ({ row }) => (row.original.used_at ? <RelativeTime at={row.original.used_at} /> : words.keys.neverUsed),
    meta: { isWideOnly: true },
  },
  {
    id: "revoke",
    header: "",
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

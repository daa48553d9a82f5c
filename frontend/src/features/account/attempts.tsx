"use client";

import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import type { Attempt } from "@/api/types";
import { StateBadge } from "@/ui/badge";
import { ErrorState } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { attemptsQuery } from "./queries";
import { words } from "./words";

const { columns: headers } = words.attempts;

const columns: ColumnDef<Attempt, unknown>[] = [
  {
    id: "at",
    header: headers.at,
    accessorFn: (attempt) => attempt.at,
    cell: ({ row }) => <RelativeTime at={row.original.at} />,
  },
  {
    id: "email",
    header: headers.email,
    accessorFn: (attempt) => attempt.email,
    cell: ({ row }) => row.original.email || words.attempts.link,
  },
  {
    id: "address",
    header: headers.address,
    accessorFn: (attempt) => attempt.address,
    cell: ({ row }) => row.original.address || null,
    meta: { isWideOnly: true },
  },
  {
    id: "outcome",
    header: headers.outcome,
    accessorFn: (attempt) => (attempt.has_succeeded ? words.attempts.succeeded : words.attempts.refused),
    cell: ({ row }) =>
      row.original.has_succeeded ? (
        <StateBadge state="succeeded" word={words.attempts.succeeded} />
      ) : (
        <StateBadge state="failed" word={words.attempts.refused} />
      ),
  },
];

/** Who tried to sign in, from where, and whether it worked. */
export function Attempts() {
  return (
    <Section title={words.attempts.title}>
      <p className="text-muted text-sm">{words.attempts.help}</p>
      <AttemptList />
    </Section>
  );
}

function AttemptList() {
  const query = useQuery(attemptsQuery());
  if (query.isPending) return <TableSkeleton label={words.loading} rows={4} />;
  if (query.isError)
    return <ErrorState error={query.error} title={words.attempts.failed} retry={() => query.refetch()} />;
  if (query.data.length === 0) return <p className="border-line border-t py-3 text-muted">{words.attempts.empty}</p>;
  return <Table isInset label={words.attempts.title} rows={query.data} columns={columns} height={420} />;
}

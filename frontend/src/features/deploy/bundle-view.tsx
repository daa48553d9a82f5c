"use client";
/** What a bundle is: its audit, the steps of a person, the names to set, the files. */
import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import Link from "next/link";
import { formatBytes } from "@/lib/format";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { MarkdownLine } from "@/ui/markdown";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { countsOf, Verdicts } from "./badges";
import { Code } from "./code";
import { auditHref, auditQuery, contentsQuery } from "./queries";
import type { Bundle, BundledFile, BundleVariable } from "./types";
import { bundles as words } from "./words";

export function BundleView({ bundle }: { bundle: Bundle }) {
  const found = useQuery(contentsQuery(bundle.id));
  if (found.isPending) return <Skeleton className="m-4 h-64" />;
  if (found.error) return <ErrorState error={found.error} title={words.gone} retry={() => void found.refetch()} />;
  const { steps, environment, files } = found.data;
  return (
    <div className="grid min-w-0 grid-cols-1 gap-8 p-4">
      <Section title={words.audit}>
        {bundle.audit_id ? <AuditOf id={bundle.audit_id} /> : <p className="text-muted">{words.auditGone}</p>}
      </Section>
      <Section title={words.steps}>
        <ol className="grid max-w-[80ch] list-decimal gap-1.5 pl-5 [overflow-wrap:anywhere]">
          {steps.map((step) => (
            <li key={step}>
              <MarkdownLine text={step} />
            </li>
          ))}
        </ol>
      </Section>
      {environment.length > 0 && (
        <Section title={words.environment}>
          <Table
            label={words.environment}
            rows={environment}
            columns={columns}
            rowId={(row) => row.name}
            isInset
            canCopy
          />
        </Section>
      )}
      <Section title={`${words.files} · ${files.length} · ${formatBytes(bundle.size_bytes)}`}>
        <Files files={files} />
      </Section>
    </div>
  );
}

function AuditOf({ id }: { id: string }) {
  const { data: audit, error, refetch } = useQuery(auditQuery(id));
  if (error) return <ErrorState error={error} title={words.audit} retry={() => void refetch()} />;
  if (!audit) return <Skeleton className="h-16" />;
  const isSound = (audit.counts.critical ?? 0) + (audit.counts.error ?? 0) === 0;
  const n = Object.values(audit.counts).reduce((sum, count) => sum + count, 0);
  const hasVerdict = Object.keys(audit.verdicts).length > 0;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <Verdicts audit={audit} />
      <span>
        {isSound ? words.holds : words.breaks} {!hasVerdict && words.noVerdict}
      </span>
      {n > 0 && <span className="text-muted text-sm">{countsOf(audit.counts)}</span>}
      <Button asChild>
        <Link href={auditHref(id)}>{words.report}</Link>
      </Button>
    </div>
  );
}

const named = words.environmentColumns;
const columns: ColumnDef<BundleVariable, unknown>[] = [
  {
    accessorKey: "name",
    header: named.name,
    cell: ({ row }) => <span className="break-all font-mono text-sm">{row.original.name}</span>,
  },
  { accessorKey: "kind", header: named.kind, cell: ({ row }) => words.kinds[row.original.kind] },
  {
    accessorKey: "is_required",
    header: named.required,
    cell: ({ row }) => (row.original.is_required ? words.yes : words.no),
  },
  {
    accessorKey: "meaning",
    header: named.meaning,
    cell: ({ row }) => (
      <span className="block max-w-[80ch] whitespace-normal">
        <MarkdownLine text={row.original.meaning} />
      </span>
    ),
    meta: { isWideOnly: true },
  },
];

/** Those at the top that people read, then the rest: libraries, models, built pages. */
function Files({ files }: { files: readonly BundledFile[] }) {
  const isRead = ({ path, text }: BundledFile) => text !== null && path.split("/").length < 2;
  const others = files.filter((file) => !isRead(file));
  return (
    <div className="grid min-w-0 grid-cols-1 gap-1.5">
      {files.filter(isRead).map((file) => (
        <File key={file.path} file={file} />
      ))}
      {others.length > 0 && (
        <details>
          <summary className="cursor-pointer text-muted text-sm">{words.otherFiles(others.length)}</summary>
          <div className="grid min-w-0 grid-cols-1 gap-1.5 pt-1.5 pl-4">
            {others.map((file) => (
              <File key={file.path} file={file} />
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

function File({ file: { path, size_bytes: size, text } }: { file: BundledFile }) {
  const head = (
    <>
      <span className="break-all font-mono text-sm">{path}</span>{" "}
      <span className="numbers text-muted text-sm">{formatBytes(size)}</span>
    </>
  );
  if (text === null) return <p className="pl-4">{head}</p>;
  return (
    <details>
      <summary className="cursor-pointer">{head}</summary>
      <Code label={path}>
        <span className="block px-2">{text}</span>
      </Code>
    </details>
  );
}

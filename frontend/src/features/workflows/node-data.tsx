"use client";
/** The data at a node: what it does to the columns, and the first rows of its latest result. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Cell, Rows } from "@/api/types";
import type { NodeDocument } from "@/canvas/types";
import { KindIcon } from "@/forms/widgets/columns";
import { formatNumber } from "@/lib/format";
import { ErrorState } from "@/ui/error-state";
import { TableSkeleton } from "@/ui/skeleton";
import { Missing, Table } from "@/ui/table";
import { columnChanges, incoming, outgoing } from "./columns";
import { NodeProfile } from "./node-profile";
import { resultQuery } from "./queries";
import type { Editor } from "./use-editor";
import { words } from "./words";

type Props = { editor: Editor; node: NodeDocument; runHere: ReactNode };

export function NodeData({ editor, node, runHere }: Props) {
  const result = useQuery(resultQuery(editor.id, node.id, editor.save.version));
  return (
    <div className="grid min-w-0 gap-4 p-4">
      <Changes editor={editor} node={node} />
      {result.isPending && <TableSkeleton label={words.panel.preview} rows={5} />}
      {result.error && (
        <ErrorState error={result.error} title={words.panel.resultFailed} retry={() => void result.refetch()} />
      )}
      {result.data && !result.data.preview && (
        <div className="grid justify-items-start gap-2 text-muted">
          <p>{result.data.state === "never" ? words.panel.neverRan : (result.data.message ?? words.panel.noPreview)}</p>
          {runHere}
        </div>
      )}
      {result.data?.preview && (
        <>
          {!result.data.fresh && <p className="text-sm text-warn">{words.panel.stale}</p>}
          <NodeProfile columns={result.data.columns} />
          <Preview preview={result.data.preview} />
        </>
      )}
    </div>
  );
}

function Preview({ preview }: { preview: Rows }) {
  const columns = preview.columns.map((name, index) => {
    const isNumber = preview.rows.some((row) => typeof row[index] === "number");
    return {
      id: name,
      header: name,
      accessorFn: (row: Cell[]) => row[index],
      cell: ({ getValue }: { getValue: () => unknown }) => shown(getValue() as Cell),
      meta: { isNumber },
    };
  });
  return (
    <div className="grid min-w-0 gap-1">
      <p className="numbers text-muted text-sm">{words.panel.rows(preview.rows.length, preview.total)}</p>
      <Table label={words.panel.preview} rows={preview.rows as Cell[][]} columns={columns} height={420} />
    </div>
  );
}

function shown(value: Cell): ReactNode {
  if (value === null || value === undefined) return <Missing />;
  return typeof value === "number" ? formatNumber(value) : String(value);
}

const NAMED = 12;

function Changes({ editor, node }: Omit<Props, "runHere">) {
  const before = incoming(editor.graph, editor.schemas, node.id);
  const after = outgoing(editor.schemas, node.id);
  if (!after) return <p className="text-muted text-sm">{words.panel.noSchema}</p>;
  const changes = before && columnChanges(before, after);
  const rows = changes
    ? ([
        [words.panel.added, changes.added],
        [words.panel.removed, changes.removed],
        [words.panel.changed, changes.changed],
      ] as const)
    : [];
  const some = rows.filter(([, names]) => names.length > 0);
  return (
    <section aria-label={words.panel.incoming} className="grid gap-2 text-sm">
      <p className="font-medium">{words.panel.columns(after.columns.length)}</p>
      {changes && some.length === 0 && <p className="text-muted">{words.panel.unchanged}</p>}
      {some.map(([label, names]) => (
        <p key={label}>
          <span className="text-muted">{label}: </span>
          {names.slice(0, NAMED).join(", ")}
          {names.length > NAMED && words.panel.more(names.length - NAMED)}
        </p>
      ))}
      {!changes && (
        <ul className="flex flex-wrap gap-1">
          {after.columns.slice(0, 60).map((column) => (
            <li
              key={column.name}
              className="inline-flex max-w-full items-center gap-1 rounded-sm bg-hover px-1.5 py-px text-xs"
            >
              <KindIcon kind={column.kind} />
              <span className="truncate">{column.name}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

"use client";
/** A million rows as one table: only those in view are asked for and drawn; the open row is moved by keys. */
import { flexRender, getCoreRowModel, type SortingState, type Updater, useReactTable } from "@tanstack/react-table";
import { cx } from "class-variance-authority";
import { useEffect, useEffectEvent, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { HeaderCell } from "@/ui/table-header";
import type { Filters } from "../filters";
import type { Batch } from "../types";
import { words } from "../words";
import { rowColumns } from "./row-columns";
import { ROW_HEIGHT, type RowWindow, scrollTo } from "./row-window";
import type { Rows } from "./use-rows";

const HEADER = 32;

type Props = {
  batch: Batch;
  rows: Rows;
  window: RowWindow;
  filters: Filters;
  openAt: number | null;
  onOpen: (at: number) => void;
  onSort: (change: Filters) => void;
  /** Where the table is scrolled to, and how much of it is in view. */
  onScroll: (scrollTop: number, view: number) => void;
};

export function RowsTable({ batch, rows, window, filters, openAt, onOpen, onSort, onScroll }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const columns = useMemo(() => rowColumns(batch), [batch]);
  const [columnSizing, setColumnSizing] = useState<Record<string, number>>({});
  const sorting = sortingOf(filters);
  const total = rows.total ?? 0;
  const lines = Array.from({ length: Math.max(0, window.end - window.first) }, (_, i) => ({
    place: window.first + i,
    row: rows.at(window.first + i),
  }));
  const table = useReactTable({
    data: lines,
    columns,
    state: { sorting, columnSizing },
    manualSorting: true,
    // Other rows come with every px of scrolling: nothing is to be reset, and so drawn again, for that.
    autoResetAll: false,
    onSortingChange: (update: Updater<SortingState>) => {
      const [next] = typeof update === "function" ? update(sorting) : update;
      onSort({ sort: next?.id ?? "", descending: next?.desc ? "true" : "" });
    },
    onColumnSizingChange: setColumnSizing,
    getRowId: ({ place }) => String(place),
    getCoreRowModel: getCoreRowModel(),
    sortDescFirst: false,
  });

  const tell = () => {
    const box = scroller.current;
    if (box) onScroll(box.scrollTop, Math.max(ROW_HEIGHT, box.clientHeight - HEADER));
  };
  const resized = useEffectEvent(tell);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    resized();
    const watch = new ResizeObserver(() => resized());
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other filters are another list: it begins at the top
  useEffect(() => {
    if (scroller.current && openAt === null) scroller.current.scrollTop = 0;
  }, [filters]);
  useEffect(() => {
    const box = scroller.current;
    if (!box || openAt === null || total === 0) return;
    const next = scrollTo(total, openAt, box.scrollTop, box.clientHeight - HEADER);
    if (next !== box.scrollTop) box.scrollTop = next;
  }, [openAt, total]);

  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-auto max-md:min-h-[60dvh]" onScroll={tell}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table whose rows are chosen by keys
        role="grid"
        aria-label={words.table.label}
        aria-rowcount={total + 1}
        aria-activedescendant={openAt === null ? undefined : `${id}${openAt}`}
        aria-busy={rows.isOld || undefined}
        tabIndex={0}
        className={cx(
          "border-separate border-spacing-0 text-sm focus-visible:-outline-offset-2",
          rows.isOld && "opacity-60",
        )}
        style={{ tableLayout: "fixed", width: "100%", minWidth: table.getTotalSize() }}
      >
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header) => (
                <HeaderCell
                  key={header.id}
                  column={header.column}
                  edges="first:pl-4 last:pr-4"
                  size={header.getSize()}
                  isSized={
                    !header.id.startsWith("input") || header.id in columnSizing || batch.signature.inputs.length > 1
                  }
                  onResize={setColumnSizing}
                >
                  {flexRender(header.column.columnDef.header, header.getContext())}
                </HeaderCell>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {window.before > 0 && <tr aria-hidden style={{ height: window.before }} />}
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              id={`${id}${row.original.place}`}
              data-row={row.original.place}
              aria-rowindex={row.original.place + 2}
              aria-selected={openAt === row.original.place}
              className={cx("cursor-pointer", openAt === row.original.place ? "bg-accent-soft" : "hover:bg-hover")}
              onClick={() => onOpen(row.original.place)}
            >
              {row.getVisibleCells().map((cell) => (
                <td
                  key={cell.id}
                  style={{ height: ROW_HEIGHT }}
                  className={cx(
                    "max-w-0 truncate whitespace-nowrap border-line border-b px-3 first:pl-4 last:pr-4",
                    cell.column.columnDef.meta?.isNumber && "text-right",
                  )}
                >
                  {row.original.row ? flexRender(cell.column.columnDef.cell, cell.getContext()) : <Waiting />}
                </td>
              ))}
            </tr>
          ))}
          {window.after > 0 && <tr aria-hidden style={{ height: window.after }} />}
        </tbody>
      </table>
    </div>
  );
}

const Waiting = () => <span className="block h-3 rounded-sm bg-hover" aria-hidden />;

function sortingOf({ sort, descending }: Filters): SortingState {
  return sort ? [{ id: sort, desc: descending === "true" }] : [];
}

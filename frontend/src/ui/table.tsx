"use client";

import {
  type Cell,
  type Column,
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type Row,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { cx } from "class-variance-authority";
import { Copy } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { toCsv } from "@/lib/csv";
import { MISSING } from "@/lib/format";
import { Button } from "./button";
import { HeaderCell } from "./table-header";
import { toast } from "./toast";

declare module "@tanstack/react-table" {
  interface ColumnMeta<TData, TValue> {
    /** Numbers stand at the right. */
    isNumber?: boolean;
    /** Left out below 768 px. */
    isWideOnly?: boolean;
  }
}

type Props<T> = {
  label: string;
  rows: readonly T[];
  columns: ColumnDef<T, unknown>[];
  rowId?: (row: T, index: number) => string;
  /** Makes rows clickable and openable with Enter. */
  onOpen?: (row: T) => void;
  openId?: string | null;
  /** Height in px when the table scrolls inside; without it, it is as long as its rows. */
  height?: number | string;
  /** Stands inside padding of its own: the first and last cells need none. */
  isInset?: boolean;
  /** Columns only as wide as what is in them; what is left of the width stays empty. */
  isSnug?: boolean;
  canCopy?: boolean;
  canSort?: boolean;
  /** Called when the reader nears the last row of a table with a height: more rows can be fetched. */
  onNearEnd?: () => void;
};

const VIRTUAL_PAST = 200;
const ROW_HEIGHT = 34;
/** Pixels left below what is seen when more rows are asked for. */
const NEAR_END = 20 * ROW_HEIGHT;
const INSET = "first:pl-0 last:pr-0";
/** In line with the page's padding; the last cell leaves room for the copy button above it. */
const BLEED = "first:pl-4 last:pr-10";

/** The one table: sticky header, sort, resize, keyboard rows, virtualised past 200 rows, copy as CSV. */
export function Table<T>(props: Props<T>) {
  const {
    label,
    rows,
    columns,
    rowId,
    onOpen,
    openId,
    height,
    isInset = false,
    isSnug = false,
    canCopy = true,
    canSort = true,
    onNearEnd,
  } = props;
  const [sorting, setSorting] = useState<SortingState>([]);
  const scroller = useRef<HTMLDivElement>(null);
  const table = useReactTable({
    data: rows as T[],
    columns,
    state: { sorting },
    onSortingChange: setSorting,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    enableSorting: canSort,
    // Without a size of its own a column is as wide as its content asks for.
    defaultColumn: { size: undefined },
    sortDescFirst: false,
  });
  const all = table.getRowModel().rows;
  const isVirtual = all.length > VIRTUAL_PAST;
  const virtual = useVirtualizer({
    count: isVirtual ? all.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const isResized = Object.keys(table.getState().columnSizing).length > 0;
  const isFilled = isSnug || isResized;
  const items = virtual.getVirtualItems();
  const shown = isVirtual ? items.map((item) => all[item.index] as Row<T>) : all;
  const before = isVirtual ? (items[0]?.start ?? 0) : 0;
  const after = isVirtual ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const copy = async () => {
    const picked = table.getVisibleLeafColumns().filter((column) => column.accessorFn);
    const text = toCsv(
      picked.map(headerText),
      all.map((row) => picked.map((column) => row.getValue(column.id))),
    );
    await navigator.clipboard.writeText(text);
    toast(`Copied ${all.length} rows as CSV.`);
  };
  return (
    <div className="group/table relative min-w-0">
      {canCopy && all.length > 0 && (
        <Button
          look="plain"
          size="icon-sm"
          aria-label={`Copy ${label} as CSV`}
          title="Copy as CSV"
          className="absolute top-0.5 right-1 z-10 opacity-0 focus-visible:opacity-100 group-hover/table:opacity-100"
          onClick={copy}
        >
          <Copy />
        </Button>
      )}
      <section
        ref={scroller}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-auto"
        style={{ maxHeight: height ?? (isVirtual ? "70vh" : undefined) }}
        onKeyDown={moveFocus}
        onScroll={onNearEnd && (({ currentTarget }) => isNearEnd(currentTarget) && onNearEnd())}
      >
        <table
          className="w-full border-separate border-spacing-0 text-sm"
          style={isResized ? { tableLayout: "fixed", minWidth: table.getTotalSize() } : undefined}
          aria-rowcount={all.length + 1}
        >
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header) => (
                  <HeaderCell
                    key={header.id}
                    column={header.column}
                    edges={isInset ? INSET : BLEED}
                    size={header.getSize()}
                    isSized={
                      header.column.id in table.getState().columnSizing || header.column.columnDef.size !== undefined
                    }
                    onResize={table.setColumnSizing}
                  >
                    {flexRender(header.column.columnDef.header, header.getContext())}
                  </HeaderCell>
                ))}
                {isFilled && (
                  <th
                    aria-hidden
                    className={cx("sticky top-0 z-5 border-line border-b bg-page", !isResized && "w-full")}
                  />
                )}
              </tr>
            ))}
          </thead>
          <tbody>
            {before > 0 && <tr aria-hidden style={{ height: before }} />}
            {shown.map((row) => (
              <tr
                key={row.id}
                data-row={row.id}
                aria-rowindex={row.index + 2}
                aria-current={openId === row.id ? "true" : undefined}
                tabIndex={onOpen ? 0 : undefined}
                className={cx(
                  "focus-visible:-outline-offset-2",
                  onOpen && "cursor-pointer hover:bg-hover",
                  openId === row.id && "bg-accent-soft",
                )}
                onClick={onOpen && (() => onOpen(row.original))}
                onKeyDown={
                  onOpen &&
                  ((event) => event.key === "Enter" && event.target === event.currentTarget && onOpen(row.original))
                }
              >
                {row.getVisibleCells().map((cell) => (
                  <td
                    key={cell.id}
                    className={cx(
                      "h-[34px] max-w-[40ch] truncate max-md:max-w-[46vw] border-line border-b px-3",
                      isInset ? INSET : BLEED,
                      cell.column.columnDef.meta?.isNumber && "text-right",
                      cell.column.columnDef.meta?.isWideOnly && "max-md:hidden",
                    )}
                  >
                    {cellContent(cell) ?? <Missing />}
                  </td>
                ))}
                {isFilled && <td aria-hidden className="border-line border-b" />}
              </tr>
            ))}
            {after > 0 && <tr aria-hidden style={{ height: after }} />}
          </tbody>
        </table>
      </section>
    </div>
  );
}

/** Called rather than mounted, so that a cell without a value can be told from one with. */
function cellContent<T>(cell: Cell<T, unknown>): ReactNode {
  const { cell: content } = cell.column.columnDef;
  return typeof content === "function" ? content(cell.getContext()) : (content ?? null);
}

export function Missing() {
  return (
    <span className="text-faint" title="No value">
      {MISSING}
    </span>
  );
}

const headerText = <T,>(column: Column<T>) =>
  typeof column.columnDef.header === "string" ? column.columnDef.header : column.id;

const isNearEnd = (box: HTMLElement) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;

/** Arrow keys walk the rows. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = (event.target as HTMLElement).closest<HTMLElement>("tr[data-row][tabindex]");
  if (!step || !row) return;
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  if (next instanceof HTMLElement && next.dataset.row !== undefined) {
    event.preventDefault();
    next.focus();
  }
}

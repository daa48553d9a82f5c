"use client";

import type { Column } from "@tanstack/react-table";
import { cx } from "class-variance-authority";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { PointerEvent, ReactNode } from "react";

const MIN_WIDTH = 56;

type HeaderProps<T> = {
  column: Column<T>;
  edges: string;
  size: number;
  isSized: boolean;
  onResize: (widths: Record<string, number>) => void;
  children: ReactNode;
};

/** A column's name: a click sorts, its right end can be dragged. */
export function HeaderCell<T>({ column, edges, size, isSized, onResize, children }: HeaderProps<T>) {
  const { isNumber, isWideOnly } = column.columnDef.meta ?? {};
  const direction = column.getIsSorted();
  const Arrow = direction === "desc" ? ArrowDown : ArrowUp;
  const sort = direction === "asc" ? "ascending" : direction === "desc" ? "descending" : undefined;
  return (
    <th
      scope="col"
      data-column={column.id}
      aria-sort={sort}
      style={isSized ? { width: size, minWidth: size, maxWidth: size } : undefined}
      className={cx(
        "group/th sticky top-0 z-5 h-8 whitespace-nowrap border-line border-b bg-page px-3 font-medium text-muted",
        edges,
        isNumber ? "text-right" : "text-left",
        isWideOnly && "max-md:hidden",
      )}
    >
      {column.getCanSort() ? (
        <button
          type="button"
          className={cx("inline-flex max-w-full items-center gap-1 hover:text-text", isNumber && "flex-row-reverse")}
          onClick={column.getToggleSortingHandler()}
        >
          <span className="truncate">{children}</span>
          {direction && <Arrow aria-hidden className="size-3.5 shrink-0" />}
        </button>
      ) : (
        children
      )}
      <span
        aria-hidden
        onPointerDown={(event) => followPointer(event, column.id, onResize)}
        className="absolute top-1.5 right-0 h-5 w-1 cursor-col-resize touch-none border-line border-r opacity-0 hover:border-accent group-hover/th:opacity-100"
      />
    </th>
  );
}

/** Drag the right end of a header cell; the other columns stay as wide as they were. */
function followPointer(
  event: PointerEvent<HTMLElement>,
  id: string,
  onResize: (widths: Record<string, number>) => void,
) {
  const handle = event.currentTarget;
  const cells = [...(handle.closest("tr")?.querySelectorAll<HTMLElement>("th[data-column]") ?? [])];
  const widths = Object.fromEntries(cells.map((cell) => [cell.dataset.column ?? "", cell.offsetWidth]));
  const [startX, startWidth] = [event.clientX, widths[id] ?? MIN_WIDTH];
  const move = ({ clientX }: globalThis.PointerEvent) =>
    onResize({ ...widths, [id]: Math.max(MIN_WIDTH, startWidth + clientX - startX) });
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), { once: true });
}

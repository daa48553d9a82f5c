"use client";
/** The rows of a batch: filters, the table, and the open row beside it. One key corrects a row. */
import { useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { isWriting } from "@/lib/plain-key";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { TableSkeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { PickClass } from "../../correcting/pick-class";
import { useCorrecting } from "../corrections";
import { type Filters, useFilters, useOpenRow } from "../filters";
import { rowsQuery } from "../queries";
import type { Batch, ResultRow } from "../types";
import { words } from "../words";
import { rowsAsCsv } from "./cells";
import { FilterBar } from "./filter-bar";
import { KeyLine } from "./key-line";
import { type Action, actionOf } from "./keys";
import { RowPanel } from "./row-panel";
import { ROW_HEIGHT, windowAt } from "./row-window";
import { RowsTable } from "./rows-table";
import { useRows } from "./use-rows";

/** Before the table has said how much of it is in view. */
const FIRST_VIEW = 20 * ROW_HEIGHT;

export function RowsView({ batch, fixed }: { batch: Batch; fixed?: Filters }) {
  const client = useQueryClient();
  const [chosen, change, clear] = useFilters();
  const filters = fixed ? { ...chosen, ...fixed } : chosen;
  const [openAt, open] = useOpenRow();
  const [seen, setSeen] = useState({ top: 0, view: FIRST_VIEW });
  const [total, setTotal] = useState(0);
  const window = windowAt(total, seen.top, seen.view);
  const rows = useRows(batch.id, filters, window.first, window.end);
  if (rows.total !== null && rows.total !== total) setTotal(rows.total);
  const correcting = useCorrecting(batch);
  const [choosing, setChoosing] = useState<ResultRow | null>(null);
  const { classes } = batch.signature.output;
  const row = openAt === null ? undefined : rows.at(openAt);

  const copy = async () => {
    const found = row ? [row] : (await client.fetchQuery(rowsQuery(batch.id, filters, 0))).items;
    const names = batch.signature.inputs.map(({ name }) => name);
    await navigator.clipboard.writeText(rowsAsCsv(found, names));
    toast(words.table.copied(found.length));
  };
  // The address changes a moment after a key: keys that come sooner go on from where the last one led.
  const place = useRef(openAt);
  useEffect(() => {
    place.current = openAt;
  }, [openAt]);
  const move = (to: number) => {
    if (total === 0) return;
    place.current = Math.max(0, Math.min(total - 1, to));
    open(place.current);
  };
  /** Whether the key meant something here. */
  const act = (action: Action): boolean => {
    if (action === "close") open(null);
    else if (action === "copy") {
      if (globalThis.getSelection()?.toString()) return false;
      void copy();
    } else if (action === "choose") {
      if (!row || row.prediction === null) return false;
      setChoosing(row);
    } else if ("correct" in action) {
      if (!row || row.prediction === null) return false;
      correcting.correct(row, action.correct);
    } else if ("to" in action) move(action.to === "first" ? 0 : total - 1);
    else move(place.current === null ? 0 : place.current + action.rows);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // A dialog's keys come here through React, not through the page.
    if (isWriting(event.target) || !event.currentTarget.contains(event.target as Node)) return;
    const action = actionOf(event, classes, Math.max(1, Math.floor(seen.view / ROW_HEIGHT) - 1));
    if (action !== null && act(action)) event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the table and of the open row beside it
    <div className="flex min-h-0 min-w-0 flex-1" onKeyDown={onKeyDown}>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <FilterBar
          batch={batch}
          filters={chosen}
          onChange={change}
          onClear={clear}
          onCopy={() => void copy()}
          total={rows.total}
        />
        {rows.isPending && <TableSkeleton label={words.table.loading} rows={14} />}
        {rows.error !== null && <ErrorState title={words.table.failedLoad} error={rows.error} retry={rows.retry} />}
        {rows.total === 0 && rows.error === null && (
          <EmptyState title={words.table.none}>{words.table.noneText}</EmptyState>
        )}
        {total > 0 && rows.total !== 0 && rows.error === null && (
          <>
            <RowsTable
              batch={batch}
              rows={rows}
              window={window}
              filters={filters}
              openAt={openAt}
              onOpen={open}
              onSort={change}
              onScroll={(top, view) => setSeen((was) => (was.top === top && was.view === view ? was : { top, view }))}
            />
            <KeyLine classes={classes} />
          </>
        )}
      </div>
      {openAt !== null && total > 0 && (
        <RowPanel
          batch={batch}
          row={row}
          correcting={correcting}
          onClose={() => open(null)}
          onStep={(by) => move(openAt + by)}
          onChoose={() => row && setChoosing(row)}
        />
      )}
      {choosing && choosing.prediction !== null && (
        <PickClass
          predicted={choosing.prediction}
          classes={classes}
          onPick={({ correct, isNew }) => correcting.choose(choosing, correct, isNew)}
          onClose={() => setChoosing(null)}
        />
      )}
    </div>
  );
}

"use client";
/** What pushed the prediction of a row; worked out when it is asked for. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { get } from "@/api/client";
import type { Why as WhyOf } from "@/api/types";
import { useDebounced } from "@/lib/debounced";
import { Button } from "@/ui/button";
import { ErrorText } from "@/ui/error-state";
import { Skeleton } from "@/ui/skeleton";
import { Why } from "../../why/why";
import type { Batch, ResultRow } from "../types";
import { words } from "../words";

/** Whoever walks through rows does not ask for the reasons of each. */
const REST_MS = 300;

const whyQuery = (batchId: string, row: number) =>
  queryOptions({
    queryKey: ["batches", "why", batchId, row],
    queryFn: ({ signal }) => get<WhyOf>(`/batches/${batchId}/rows/${row}/why`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

type Props = { batch: Batch; row: ResultRow; isOpen: boolean; onOpen: () => void };

export function RowWhy({ batch, row, isOpen, onOpen }: Props) {
  const rested = useDebounced(isOpen ? row.row : null, REST_MS);
  const why = useQuery({ ...whyQuery(batch.id, row.row), enabled: isOpen && rested === row.row });
  return (
    <section className="grid justify-items-start gap-2">
      <h3 className="font-semibold">{words.row.why}</h3>
      {!isOpen && (
        <Button size="sm" onClick={onOpen}>
          {words.row.showWhy}
        </Button>
      )}
      {isOpen && (
        <div className="w-full min-w-0" aria-live="polite">
          {why.data && <Why why={why.data} inputs={row.inputs} />}
          {why.error && <ErrorText error={why.error} />}
          {why.isPending && (
            <div role="status" aria-label={words.row.whyLoading} className="grid gap-2">
              <Skeleton className="h-16 w-full" />
              <Skeleton className="h-24 w-full" />
            </div>
          )}
        </div>
      )}
    </section>
  );
}

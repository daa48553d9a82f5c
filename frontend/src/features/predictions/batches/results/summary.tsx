"use client";
/** How a batch turned out: its distribution with intervals, as charts, and the corrections that were made. */
import { useQuery } from "@tanstack/react-query";
import { get } from "@/api/client";
import type { ChartSpec } from "@/api/types";
import { Charts } from "@/ui/charts";
import { ErrorState } from "@/ui/error-state";
import { Skeleton } from "@/ui/skeleton";
import { CorrectionsLine } from "../corrections-line";
import type { Batch } from "../types";
import { words } from "../words";

export function Summary({ batch }: { batch: Batch }) {
  const charts = useQuery({
    queryKey: ["batches", "charts", batch.id, batch.n_done],
    queryFn: ({ signal }) => get<ChartSpec[]>(`/batches/${batch.id}/charts`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 p-4">
        {charts.isPending && (
          <div role="status" aria-label={words.summary.loading} className="grid gap-8 lg:grid-cols-2">
            <Skeleton className="h-72" />
            <Skeleton className="h-72" />
          </div>
        )}
        {charts.error && (
          <ErrorState title={words.summary.failed} error={charts.error} retry={() => void charts.refetch()} />
        )}
        {charts.data && (
          <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-8 lg:grid-cols-[repeat(2,minmax(0,1fr))]">
            <Charts charts={charts.data} />
          </div>
        )}
        <CorrectionsLine batch={batch} />
      </div>
    </div>
  );
}

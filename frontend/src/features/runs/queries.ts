/** Server state of the runs page. */
import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { isFinal, runQuery } from "@/api/runs";
import type { Run, RunState } from "@/api/types";

const PAGE_SIZE = 50;
const LOOK_MS = 2_000;

/** Runs of one state or of all, newest first; asked again while one of them is going. */
export const runsQuery = (state: RunState | null) =>
  infiniteQueryOptions({
    queryKey: ["runs", "list", state],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/v1/runs", {
          params: { query: { state: state ?? undefined, limit: PAGE_SIZE, cursor: pageParam ?? undefined } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((page) => page.items.some((run) => !isFinal(run.state))) ? LOOK_MS : false,
  });

export function useCancelRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: id } } })),
    onSuccess: (run: Run) => {
      client.setQueryData<Run>(runQuery(run.id).queryKey, run);
      return client.invalidateQueries({ queryKey: ["runs", "list"] });
    },
  });
}

export function useRetryRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.POST("/api/v1/runs/{run_id}/retry", { params: { path: { run_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}

/** How many runs there are in each state: the frame shows the live ones, the list asks by state. */
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

const WHILE_GOING_MS = 2_000;
const OTHERWISE_MS = 15_000;

export const runCountsQuery = () =>
  queryOptions({
    queryKey: ["runs", "counts"],
    queryFn: () => unwrap(api.GET("/api/v1/runs/counts")),
    refetchInterval: ({ state: { data } }) => (data && data.queued + data.running > 0 ? WHILE_GOING_MS : OTHERWISE_MS),
  });

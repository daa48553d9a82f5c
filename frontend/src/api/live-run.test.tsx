import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { runQuery, useLiveRun } from "./runs";
import type { Run } from "./types";

function Follower({ onEnd }: { onEnd: (run: Run) => void }) {
  useLiveRun("run_1", onEnd);
  return null;
}

test("a run that ended before it was first read ends once for whoever follows it", () => {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(runQuery("run_1").queryKey, { id: "run_1", state: "failed" } as Run);
  const onEnd = vi.fn();
  const page = () => (
    <QueryClientProvider client={client}>
      <Follower onEnd={onEnd} />
    </QueryClientProvider>
  );
  render(page()).rerender(page());
  expect(onEnd).toHaveBeenCalledOnce();
  expect(onEnd.mock.calls[0]?.[0]).toMatchObject({ state: "failed" });
});

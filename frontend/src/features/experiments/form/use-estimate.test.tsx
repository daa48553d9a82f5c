import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { BLANK } from "./draft";
import { datasetsQuery } from "./queries";
import { useEstimate } from "./use-estimate";

const post = vi.hoisted(() => vi.fn());
vi.mock("@/api/client", async (original) => ({ ...(await original<object>()), post }));

const DRAFT = {
  ...BLANK,
  samples: { ...BLANK.samples, dataset: "ds_1" },
  strategies: [{ kind: "naive" }],
  scorers: [{ kind: "exact_match" }],
  llms: [{ llm: "llm_1", label: "" }],
};

function Shown() {
  const { data, error, isReading } = useEstimate(DRAFT);
  return <p>{isReading ? "reading" : (error?.message ?? data?.n_requests ?? "asked")}</p>;
}

let client: QueryClient;
const know = (state: string | null) =>
  act(async () =>
    client.setQueryData(datasetsQuery.queryKey, (state ? [{ id: "ds_1", name: "Questions", state }] : []) as never),
  );

beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  post.mockReset();
});

test("what was refused of a dataset that is being read is asked again when it is there", async () => {
  await know(null);
  post.mockRejectedValueOnce(new Error("'Questions' is reading."));
  render(
    <QueryClientProvider client={client}>
      <Shown />
    </QueryClientProvider>,
  );
  await screen.findByText("'Questions' is reading.");
  await know("reading");
  await screen.findByText("reading");
  post.mockResolvedValueOnce({ n_requests: 500 });
  await know("ready");
  await screen.findByText("500");
  expect(post).toHaveBeenCalledTimes(2);
});

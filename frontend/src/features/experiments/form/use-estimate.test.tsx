import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { BLANK } from "./draft";
import { datasetsQuery } from "./queries";
import { useEstimate } from "./use-estimate";

const { post, GET } = vi.hoisted(() => ({ post: vi.fn(), GET: vi.fn() }));
vi.mock("@/api/client", async (original) => ({
  ...(await original<object>()),
  post,
  api: { GET },
  unwrap: (answer: unknown) => answer,
}));

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

const show = () =>
  render(
    <QueryClientProvider client={client}>
      <Shown />
    </QueryClientProvider>,
  );

beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  post.mockReset();
  GET.mockReset();
});

test("what was refused of a dataset that is being read is asked again when it is there", async () => {
  await know(null);
  post.mockRejectedValueOnce(new Error("'Questions' is reading."));
  show();
  await screen.findByText("'Questions' is reading.");
  await know("reading");
  await screen.findByText("reading");
  post.mockResolvedValueOnce({ n_requests: 500 });
  await know("ready");
  await screen.findByText("500");
  expect(post).toHaveBeenCalledTimes(2);
});

test("nothing is asked of a dataset that the list, while it is read anew, does not have yet", async () => {
  await know(null);
  await client.invalidateQueries({ queryKey: ["datasets"] });
  let tell = (_: unknown) => {};
  GET.mockReturnValue(
    new Promise((resolve) => {
      tell = resolve;
    }),
  );
  show();
  await screen.findByText("asked");
  expect(post).not.toHaveBeenCalled();
  await act(async () => tell({ items: [{ id: "ds_1", name: "Questions", state: "reading" }] }));
  await screen.findByText("reading");
  expect(post).not.toHaveBeenCalled();
});

/** What an experiment is put together from: datasets, bundled question sets, LLMs, kinds. */
import { queryOptions } from "@tanstack/react-query";
import { api, get, post, unwrap } from "@/api/client";
import { kindsOf } from "@/api/kinds";
import type { Named, Page } from "@/api/types";

export type Llm = Named["LlmOut"];
export type Choice = { id: string; name: string };

export const kindsQuery = kindsOf(["strategy", "scorer"]);

export const datasetsQuery = queryOptions({
  queryKey: ["datasets", "to ask"],
  queryFn: async () => (await unwrap(api.GET("/api/v1/datasets", { params: { query: { limit: 200 } } }))).items,
  // A file that is being read changes by itself.
  refetchInterval: ({ state }) => (state.data?.some((dataset) => dataset.state === "reading") ? 1_000 : false),
});

/** The datasets that ship with the product to be asked: those without a target. */
export const questionSetsQuery = queryOptions({
  queryKey: ["samples", "questions"],
  queryFn: async () => (await unwrap(api.GET("/api/v1/samples"))).filter(({ target }) => target === null),
  staleTime: Number.POSITIVE_INFINITY,
});

export const llmsQuery = queryOptions({
  queryKey: ["llms", "list"],
  queryFn: async ({ signal }) => (await get<Page<Llm>>("/llms", { limit: 200 }, signal)).items,
});

export const collectionsQuery = queryOptions({
  queryKey: ["collections", "to search"],
  queryFn: async ({ signal }) => (await get<Page<Choice>>("/collections", { limit: 200 }, signal)).items,
});

export const addQuestionSet = (key: string) => unwrap(api.POST("/api/v1/samples/{key}", { params: { path: { key } } }));

export const addRecorded = () =>
  post<Llm>("/llms", { name: "Recorded answers", provider: { kind: "recorded", recording: "bbh" } });

/** LLMs and embedders, and what may be spent on them. */
import { queryOptions } from "@tanstack/react-query";
import { get, patch, post, put, remove } from "@/api/client";
import type { Page } from "@/api/types";
import type { Budget, Llm, LlmCheck } from "./types";

export const llmsQuery = queryOptions({
  queryKey: ["llms", "list"],
  queryFn: async ({ signal }) => (await get<Page<Llm>>("/llms", { limit: 200 }, signal)).items,
});

export const budgetQuery = queryOptions({
  queryKey: ["llms", "budget"],
  queryFn: ({ signal }) => get<Budget>("/llms/budget", undefined, signal),
});

export type LlmWish = { name: string; provider: Record<string, unknown>; secret?: string | null };

export const addLlm = (wish: LlmWish) => post<Llm>("/llms", wish);
export const changeLlm = (id: string, wish: Partial<LlmWish>) => patch<Llm>(`/llms/${id}`, wish);
export const checkLlm = (id: string) => post<LlmCheck>(`/llms/${id}/check`);
export const deleteLlm = (id: string) => remove(`/llms/${id}`);
export const setBudget = (usd: number | null) => put<Budget>("/llms/budget", { usd_per_month: usd });

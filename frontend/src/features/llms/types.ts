/** What the routes of LLMs answer. */
import type { Named } from "@/api/types";

export type Llm = Named["LlmOut"];
export type LlmCheck = Named["LlmCheckOut"];
export type Budget = Named["LlmBudgetOut"];
export type Spending = Named["LlmSpendingOut"];

/** What the routes of LLMs answer. */

export type LlmCheck = {
  is_ok: boolean;
  seconds: number;
  /** How its answer begins. */
  text: string | null;
  error: Record<string, string | null> | null;
  usage: { n_input_tokens: number; n_output_tokens: number; cost_usd: number | null; is_estimated: boolean } | null;
  dimensions: number | null;
};

export type Llm = {
  id: string;
  name: string;
  provider: Record<string, unknown>;
  provider_kind: string;
  llm_name: string;
  is_scripted: boolean;
  completes: boolean;
  embeds: boolean;
  ranks: boolean;
  languages: string[] | null;
  has_secret: boolean;
  secret_ends: string | null;
  check: LlmCheck | null;
  checked_at: string | null;
  created_at: string;
};

export type Spending = {
  provider_kind: string;
  llm_name: string;
  n_requests: number;
  n_input_tokens: number;
  n_output_tokens: number;
  cost_usd: number;
  n_unknown_cost: number;
};

export type Budget = {
  month: string;
  usd_per_month: number | null;
  spent_usd: number;
  n_unknown_cost: number;
  by_llm: Spending[];
};

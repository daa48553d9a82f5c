/** Endpoints whose answers an LLM says, as the strategy of an experiment asks it: there is no model behind them. */
import type { Signature } from "@/api/types";

/** Nothing was learned from rows: there is no training to drift from, no reason to give, no class to correct. */
export const isSaid = ({ output }: Signature) => output.is_said === true;

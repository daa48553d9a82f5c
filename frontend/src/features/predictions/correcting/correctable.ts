/** Which answers can be right or wrong. */
import type { Signature } from "@/api/types";
import { isSaid } from "../said";

/** Clusters have no target, so there is no right answer to give; what an LLM says teaches no model. */
export const isCorrectable = (signature: Signature) => signature.output.name !== "" && !isSaid(signature);

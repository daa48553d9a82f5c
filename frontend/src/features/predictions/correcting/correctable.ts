/** Which answers can be right or wrong. */
import type { Signature } from "@/api/types";

/** Clusters have no target: there is no right answer to give. */
export const isCorrectable = ({ output }: Signature) => output.name !== "";

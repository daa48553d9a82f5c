/** Shapes of results that the pages of a comparison share. */
import type { Named } from "@/api/types";

export type Results = Named["ExperimentResults"];
export type Row = Named["ConfigurationResult"];
export type Scored = Named["ScorerResult"];
export type Pair = Named["ConfigurationPair"];
export type ScoreEstimate = Named["ScoreEstimate"];
export type Group = Named["GroupResult"];

/** A configuration with its mean by the scorer that is looked at; one without a mean stands last. */
export type RankedRow = { row: Row; label: string; estimate: ScoreEstimate | null; standing: Standing };

/** How a configuration stands beside the best one. */
export type Standing = "best" | "cheapest" | "as_good" | "worse" | "unscored";

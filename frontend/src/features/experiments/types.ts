/** Shapes that the pages of experiments share. */
import type { Named } from "@/api/types";

export type Experiment = Named["ExperimentOut"];
export type Attempt = Named["AttemptOut"];
export type AttemptBrief = Named["AttemptBrief"];
export type AttemptState = Attempt["state"];
export type Standing = Named["RunningConfigurationOut"];
export type Document = Named["ExperimentDocument"];
export type Estimate = Named["EstimateOut"];
export type Preview = Named["SamplePreview"];
export type SampleSize = Named["SampleSizeOut"];
export type DocumentRead = { document: Document; text: string };
export type Limits = Named["Limits"];

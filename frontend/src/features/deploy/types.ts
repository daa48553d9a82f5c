/** Shapes that only these pages use. */
import type { Named } from "@/api/types";

export type Audit = Named["AuditOut"];
export type Report = Named["AuditReportOut"];
export type Finding = Named["ShownFinding"];
export type Comparison = Named["AuditComparison"];
export type EnvironmentName = Named["EnvironmentName"];
export type PlatformReport = Named["PlatformReport"];
export type Severity = Finding["severity"];
export type Platform = Finding["platforms"][number];
export type Verdict = PlatformReport["verdict"];

export const SEVERITIES: readonly Severity[] = ["critical", "error", "warning", "info"];
export const PLATFORMS: readonly Platform[] = ["hf", "render", "vercel"];

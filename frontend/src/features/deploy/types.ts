/** Shapes that only these pages use. */
import type { Card, Named } from "@/api/types";

export type Audit = Named["AuditOut"];
export type Report = Named["AuditReportOut"];
export type Finding = Named["ShownFinding"];
export type Comparison = Named["AuditComparison"];
export type EnvironmentName = Named["EnvironmentName"];
export type PlatformReport = Named["PlatformReport"];
export type Bundle = Named["BundleOut"];
export type BundleContents = Named["BundleContents"];
export type BundledFile = Named["BundledFile"];
export type BundleVariable = Named["BundleVariable"];
export type BundleWish = { platform: { kind: string; [name: string]: unknown }; endpoint: string; artifacts: string };
/** A platform's card also says what can be bundled for it. */
export type PlatformCard = Card & { takes: readonly ("yard" | "endpoint")[] };
export type Severity = Finding["severity"];
export type Platform = Finding["platforms"][number];
export type Verdict = PlatformReport["verdict"];

export const SEVERITIES: readonly Severity[] = ["critical", "error", "warning", "info"];
export const PLATFORMS: readonly Platform[] = ["hf", "render", "vercel"];

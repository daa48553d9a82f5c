/** Verdicts and severities: a word and a colour, never a colour alone. */
import { Badge, type Tone } from "@/ui/badge";
import { type Audit, PLATFORMS, SEVERITIES, type Severity, type Verdict } from "./types";
import { platformNames, severityWords, verdictWords } from "./words";

const verdictTones: Record<Verdict, Tone> = { ready: "good", changes: "warn", blocked: "bad" };
const severityTones: Record<Severity, Tone> = { critical: "bad", error: "bad", warning: "warn", info: "info" };

export const VerdictBadge = ({ verdict }: { verdict: Verdict }) => (
  <Badge tone={verdictTones[verdict]}>{verdictWords[verdict]}</Badge>
);

export const SeverityBadge = ({ severity }: { severity: Severity }) => (
  <Badge tone={severityTones[severity]}>{severityWords[severity]}</Badge>
);

/** One verdict for each platform that the project could live on. */
export function Verdicts({ audit }: { audit: Audit }) {
  return (
    <span className="flex flex-wrap gap-1">
      {PLATFORMS.map((platform) => {
        const verdict = audit.verdicts[platform];
        return (
          verdict && (
            <Badge key={platform} tone={verdictTones[verdict]}>
              {platformNames[platform]}: {verdictWords[verdict].toLowerCase()}
            </Badge>
          )
        );
      })}
    </span>
  );
}

/** `2 errors, 1 warning`, the gravest first. */
export const countsOf = (counts: Audit["counts"]) =>
  SEVERITIES.flatMap((severity) => {
    const n = counts[severity] ?? 0;
    return n > 0
      ? [`${n} ${severityWords[severity].toLowerCase()}${n === 1 || severity === "critical" ? "" : "s"}`]
      : [];
  }).join(", ") || "none";

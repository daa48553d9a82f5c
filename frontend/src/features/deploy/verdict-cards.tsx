"use client";
/** What each platform would make of the project, what blocks first. */
import { cx } from "class-variance-authority";
import { VerdictBadge } from "./badges";
import { PLATFORMS, type Platform, type PlatformReport, type Report } from "./types";
import { platformNames, report as words } from "./words";

type Props = { report: Report; chosen: Platform | null; onChoose: (platform: Platform | null) => void };

export function VerdictCards({ report, chosen, onChoose }: Props) {
  const order: Record<PlatformReport["verdict"], number> = { blocked: 0, changes: 1, ready: 2 };
  const shown = PLATFORMS.flatMap((platform) => {
    const said = report.platforms[platform];
    return said ? [{ platform, said }] : [];
  }).sort((a, b) => order[a.said.verdict] - order[b.said.verdict]);
  return (
    <div className="grid gap-3 md:grid-cols-3">
      {shown.map(({ platform, said }) => (
        <button
          key={platform}
          type="button"
          aria-pressed={chosen === platform}
          onClick={() => onChoose(chosen === platform ? null : platform)}
          className={cx(
            "grid content-start gap-1.5 rounded-md border bg-surface p-3 text-left hover:bg-hover",
            chosen === platform ? "border-accent" : "border-line",
          )}
        >
          <span className="flex flex-wrap items-center justify-between gap-2">
            <span className="font-semibold">{platformNames[platform]}</span>
            <VerdictBadge verdict={said.verdict} />
          </span>
          <span className="numbers text-muted text-sm">{countsOf(said)}</span>
          <span className="text-sm">{said.deployables.join(", ") || words.nothingDeployed}</span>
          {said.reasons.slice(0, 3).map((reason) => (
            <span key={reason} className="text-sm">
              {reason}
            </span>
          ))}
        </button>
      ))}
    </div>
  );
}

const countsOf = ({ n_critical, n_error, n_warning, n_info }: PlatformReport) =>
  `${n_critical} critical, ${n_error} errors, ${n_warning} warnings, ${n_info} notes`;

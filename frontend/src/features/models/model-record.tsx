"use client";
/** What a reader of the figures must know: limits, findings, groups, and what the model was chosen from. */
import { CircleX, Info, TriangleAlert } from "lucide-react";
import type { Finding, Model } from "@/api/types";
import { Leaderboard } from "@/ui/leaderboard";
import { Section } from "@/ui/page";
import { ReportTable } from "@/ui/report-table";
import { words } from "./words";

const said = words.record;

export function ModelRecord({ model }: { model: Model }) {
  return (
    <>
      {model.findings.length > 0 && (
        <Section title={said.findings}>
          <ul className="grid gap-2">
            {model.findings.map((finding) => (
              <FindingLine key={finding.message} finding={finding} />
            ))}
          </ul>
        </Section>
      )}
      {model.limits.length > 0 && (
        <Section title={said.limits}>
          <ul className="grid max-w-[72ch] list-disc gap-1 pl-5">
            {model.limits.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Section>
      )}
      {model.groups.map((report) => (
        <Section key={report.title} title={said.groups}>
          <ReportTable report={report} />
        </Section>
      ))}
      {model.trials.length > 0 && (
        <Section title={said.trials}>
          <p className="max-w-[72ch] text-muted text-sm">{said.trialsHelp}</p>
          <Leaderboard trials={model.trials} />
        </Section>
      )}
    </>
  );
}

const ICONS = {
  error: { icon: CircleX, tone: "text-bad" },
  warning: { icon: TriangleAlert, tone: "text-warn" },
  info: { icon: Info, tone: "text-info" },
};

function FindingLine({ finding }: { finding: Finding }) {
  const { icon: Icon, tone } = ICONS[finding.severity];
  return (
    <li className="flex max-w-[72ch] items-start gap-2">
      <Icon aria-label={said.severity[finding.severity]} className={`mt-0.5 size-4 shrink-0 ${tone}`} />
      <span className="min-w-0 break-words">{finding.message}</span>
    </li>
  );
}

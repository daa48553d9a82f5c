"use client";
/** A report as people read it: verdicts, then findings from the gravest on, then what to set and what was right. */
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Input, Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { FindingCard } from "./finding-card";
import { EnvironmentTable, Passes, SkippedList } from "./lists";
import { auditHref, comparisonQuery, reportQuery } from "./queries";
import { type Audit, type Finding, PLATFORMS, type Platform, type Report, SEVERITIES, type Severity } from "./types";
import { VerdictCards } from "./verdict-cards";
import { words as list, platformNames, severityWords, report as words } from "./words";

export function ReportView({ audit }: { audit: Audit }) {
  const found = useQuery(reportQuery(audit.id));
  if (found.isPending) return <TableSkeleton label={words.findings} />;
  if (found.error) return <ErrorState error={found.error} title={words.findings} retry={() => void found.refetch()} />;
  return <Shown audit={audit} report={found.data} />;
}

function Shown({ audit, report }: { audit: Audit; report: Report }) {
  const [filters, setFilter] = useFilters(audit.id);
  const changes = useQuery(comparisonQuery(audit.id)).data;
  const fresh = new Set(changes?.before ? changes.new : []);
  const findings = report.findings.filter((finding) => fits(finding, filters));
  const [nCleared, setCleared] = useState(0);
  const clear = () => {
    setCleared(nCleared + 1);
    setFilter.clear();
  };
  const isFiltered = findings.length < report.findings.length;
  return (
    <div className="grid min-w-0 grid-cols-1 gap-8 p-4">
      {audit.thing === "self" && <p className="max-w-[90ch] text-muted">{list.ownHelp}</p>}
      <VerdictCards report={report} chosen={filters.platform} onChoose={(platform) => setFilter.platform(platform)} />
      <Section title={`${words.findings} · ${findings.length}`}>
        {report.findings.length > 0 && (
          <Filters key={nCleared} filters={filters} sought={nCleared === 0 ? filters.search : ""} set={setFilter} />
        )}
        {report.findings.length === 0 && <p className="text-muted">{words.noFindings}</p>}
        {isFiltered && findings.length === 0 && (
          <EmptyState title={words.noMatch} actions={<Button onClick={clear}>{words.showAll}</Button>} />
        )}
        <ul className="grid gap-3">
          {findings.map((finding) => (
            <li key={`${finding.rule}:${finding.file}:${finding.line}:${finding.message}`}>
              <FindingCard finding={finding} isNew={fresh.has(finding.fingerprint)} />
            </li>
          ))}
        </ul>
      </Section>
      {changes && changes.gone.length > 0 && (
        <Section title={`${words.goneTitle} · ${changes.gone.length}`}>
          <ul className="grid gap-1 text-sm">
            {changes.gone.map((finding) => (
              <li key={`${finding.rule}:${finding.file}:${finding.line}:${finding.message}`} className="text-muted">
                <span className="font-mono">{finding.rule}</span> <span className="break-words">{finding.message}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {report.environment.length > 0 && (
        <Section title={words.environment}>
          <EnvironmentTable names={report.environment} />
        </Section>
      )}
      <Passes passes={report.passes} />
      <SkippedList skipped={report.skipped} />
    </div>
  );
}

type Chosen = { platform: Platform | null; severity: Severity | null; search: string };

const fits = (finding: Finding, { platform, severity, search }: Chosen) => {
  const text = `${finding.rule} ${finding.file} ${finding.message} ${finding.fix.text}`.toLowerCase();
  return (
    (platform === null || finding.platforms.includes(platform)) &&
    (severity === null || finding.severity === severity) &&
    text.includes(search.trim().toLowerCase())
  );
};

/** Filters stand in the address, so that a view can be linked and gone back from. */
function useFilters(id: string) {
  const router = useRouter();
  const [platform, setPlatform] = useParam("platform");
  const [severity, setSeverity] = useParam("severity");
  const [search, setSearch] = useParam("find");
  const chosen: Chosen = {
    platform: PLATFORMS.find((one) => one === platform) ?? null,
    severity: SEVERITIES.find((one) => one === severity) ?? null,
    search: search ?? "",
  };
  const set = {
    platform: (value: Platform | null) => setPlatform(value, "replace"),
    severity: (value: Severity | null) => setSeverity(value, "replace"),
    search: (value: string) => setSearch(value || null, "replace"),
    clear: () => router.replace(auditHref(id), { scroll: false }),
  };
  return [chosen, set] as const;
}

type Setters = ReturnType<typeof useFilters>[1];

/** `sought`: what the search begins with; from then on its field is its own. */
function Filters({ filters, sought, set }: { filters: Chosen; sought: string; set: Setters }) {
  return (
    <div className="flex flex-wrap items-center gap-2 pb-1">
      <Select
        aria-label={words.filter.severity}
        className="max-w-40"
        value={filters.severity ?? ""}
        onChange={(event) => set.severity((event.target.value || null) as Severity | null)}
      >
        <option value="">{words.filter.allSeverities}</option>
        {SEVERITIES.map((severity) => (
          <option key={severity} value={severity}>
            {severityWords[severity]}
          </option>
        ))}
      </Select>
      <Select
        aria-label={words.filter.platform}
        className="max-w-52"
        value={filters.platform ?? ""}
        onChange={(event) => set.platform((event.target.value || null) as Platform | null)}
      >
        <option value="">{words.filter.allPlatforms}</option>
        {PLATFORMS.map((platform) => (
          <option key={platform} value={platform}>
            {platformNames[platform]}
          </option>
        ))}
      </Select>
      <Input
        type="search"
        aria-label={words.filter.search}
        placeholder={words.filter.search}
        className="max-w-72"
        defaultValue={sought}
        onChange={(event) => set.search(event.target.value)}
      />
    </div>
  );
}

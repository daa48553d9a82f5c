"use client";
/** The attempt as a file: its answers as a table, everything, or the comparison to read. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Download, LoaderCircle } from "lucide-react";
import { useEffect } from "react";
import { take } from "@/api/files";
import { isFinal, useLiveRun } from "@/api/runs";
import { Button } from "@/ui/button";
import { Menu } from "@/ui/menu";
import { tellFailure, toast } from "@/ui/toast";
import { inspectQuery } from "../inspect/queries";
import { words as inspectWords } from "../inspect/words";
import { isLive } from "../queries";
import type { Attempt } from "../types";
import { exportAddress, FORMATS, makeReport, REPORTS, type ReportFormat, reportAddress } from "./queries";
import { words } from "./words";

export function ExportMenu({ attempt }: { attempt: Attempt }) {
  const report = useReport(attempt);
  const { data: inspect } = useQuery(inspectQuery);
  const why = inspect?.unavailable_reason;
  const several = attempt.configurations.length > 1;
  const Icon = report.isBeingMade ? LoaderCircle : Download;
  return (
    <Menu
      trigger={
        <Button disabled={attempt.n_done === 0 || report.isBeingMade}>
          <Icon className={report.isBeingMade ? "animate-spin" : undefined} />
          <span className="max-md:sr-only">{report.isBeingMade ? words.making : words.export}</span>
        </Button>
      }
      items={[
        ...FORMATS.map((format) => ({
          label: words.formats[format],
          onSelect: () => void take(exportAddress(attempt, format)).catch(tellFailure),
        })),
        "line",
        ...REPORTS.map((format) => ({
          label: words.reports[format],
          disabled: !attempt.has_results,
          onSelect: () => report.make(format),
        })),
        {
          label: why ? inspectWords.logNotHere(why) : several ? inspectWords.logs : inspectWords.log,
          disabled: !inspect?.is_available || isLive(attempt.state),
          onSelect: () => report.make("eval"),
        },
      ]}
    />
  );
}

/** Makes a report and saves it when its run has ended. */
function useReport(attempt: Attempt) {
  const { mutate, data, reset, isPending } = useMutation({
    mutationFn: (format: ReportFormat) => makeReport(attempt, format),
    onError: tellFailure,
  });
  const run = useLiveRun(data?.id ?? null).data;
  const ended = run && isFinal(run.state) ? run : null;
  useEffect(() => {
    if (!ended) return;
    if (ended.state === "succeeded") void take(reportAddress(attempt, ended.id)).catch(tellFailure);
    else toast(words.reportFailed, { tone: "bad" });
    reset();
  }, [ended, attempt, reset]);
  return { make: mutate, isBeingMade: isPending || data !== undefined };
}

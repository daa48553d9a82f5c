"use client";
/** Take a batch away: a report to read, or its rows as a file. */
import { Section } from "@/ui/page";
import type { Batch } from "../types";
import { words } from "../words";
import { ExportRows } from "./export-rows";
import { MakeReport } from "./make-report";
import { ReportList } from "./report-list";

export function Reports({ batch }: { batch: Batch }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="grid items-start gap-x-12 gap-y-10 p-4 lg:grid-cols-2">
        <Section title={words.reports.make}>
          <MakeReport batch={batch} />
          <ReportList batch={batch} />
        </Section>
        <Section title={words.reports.exportTitle}>
          <ExportRows batch={batch} />
        </Section>
      </div>
    </div>
  );
}

"use client";
/** What came of a batch: its rows, a summary, its words, what failed, reports. The address says which is open. */
import { useParam } from "@/lib/params";
import { Tabs } from "@/ui/tabs";
import { Reports } from "../reports/reports";
import type { Batch } from "../types";
import { words } from "../words";
import { WordsTab } from "../words-tab/words-tab";
import { FactsLine } from "./facts-line";
import { Failed } from "./failed";
import { RowsView } from "./rows-view";
import { Summary } from "./summary";

const TABS = ["results", "summary", "words", "failed", "reports"] as const;

export function Results({ batch }: { batch: Batch }) {
  const [tab, setTab] = useParam("tab");
  const shown = TABS.find((each) => each === tab) ?? "results";
  const tabs = [
    { value: "results", label: words.tabs.results, content: <RowsView batch={batch} /> },
    { value: "summary", label: words.tabs.summary, content: <Summary batch={batch} /> },
    { value: "words", label: words.tabs.words, content: <WordsTab batch={batch} /> },
    { value: "failed", label: words.tabs.failed(batch.n_failed), content: <Failed batch={batch} /> },
    { value: "reports", label: words.tabs.reports, content: <Reports batch={batch} /> },
  ];
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col [&_[role=tabpanel][data-state=active]]:flex [&_[role=tabpanel]]:flex-col">
      <FactsLine batch={batch} />
      <Tabs label={words.tabs.label} tabs={tabs} value={shown} onChange={(next) => setTab(next, "replace")} />
    </div>
  );
}

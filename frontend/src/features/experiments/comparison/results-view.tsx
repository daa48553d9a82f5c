"use client";
/** Results as they stand on the page of an attempt and on the shared one. */
import type { ReactNode } from "react";
import { useMemo } from "react";
import { useParam } from "@/lib/params";
import { Field, Select } from "@/ui/field";
import { MarkdownLine } from "@/ui/markdown";
import { Section } from "@/ui/page";
import { ConfigurationPanel } from "./configuration-panel";
import { ConfigurationsTable } from "./configurations-table";
import { chosenScorer, estimateText, ranked } from "./figures";
import { GroupsSection } from "./groups-section";
import { PairsSection } from "./pairs-section";
import { ScatterCharts } from "./scatter-charts";
import type { RankedRow, Results, Scored } from "./types";
import { words } from "./words";

type Props = {
  results: Results;
  /** What else is chosen beside the scorer. */
  choice?: ReactNode;
  /** Opens answers of one configuration, or of two where they differ; null: they cannot be looked at. */
  onLook: ((first: number, second?: number) => void) | null;
  /** Sentences above the comparison. */
  children?: ReactNode;
};

export function ResultsView({ results, choice, onLook, children }: Props) {
  const [by, setBy] = useParam("scorer");
  const [open, setOpen] = useParam("configuration");
  const scorer = chosenScorer(results, by);
  const rows = useMemo(() => (scorer ? ranked(results, scorer) : []), [results, scorer]);
  const opened = open === null ? undefined : results.configurations.find((row) => String(row.place) === open);
  if (!scorer) return null;
  return (
    <div className="flex min-h-0 min-w-0 items-stretch">
      <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] content-start gap-8 p-4">
        <div className="grid gap-3">
          <Choices results={results} scorer={scorer} onScorer={(name) => setBy(name, "replace")} choice={choice} />
          {children}
          <Told results={results} rows={rows} scorer={scorer} />
        </div>
        <Section title={words.rows}>
          <p className="max-w-[72ch] text-muted text-sm">{words.rowsHelp}</p>
          <ConfigurationsTable
            results={results}
            scorer={scorer}
            rows={rows}
            openPlace={opened?.place ?? null}
            onOpen={(place) => setOpen(String(place), "replace")}
          />
        </Section>
        <PairsSection key={scorer.name} scorer={scorer} rows={rows} onLook={onLook} />
        <ScatterCharts rows={rows} scorer={scorer} />
        <GroupsSection scorer={scorer} rows={rows} />
      </div>
      {opened && (
        <div className="md:sticky md:top-12 md:flex md:h-[calc(100dvh-3rem)]">
          <ConfigurationPanel
            results={results}
            row={opened}
            onClose={() => setOpen(null, "replace")}
            onLook={onLook ? () => onLook(opened.place) : undefined}
          />
        </div>
      )}
    </div>
  );
}

type ChoicesProps = { results: Results; scorer: Scored; onScorer: (name: string) => void; choice: ReactNode };

function Choices({ results, scorer, onScorer, choice }: ChoicesProps) {
  return (
    <div className="grid max-w-2xl items-start gap-4 sm:grid-cols-2">
      <Field label={words.scorer} help={words.scorerHelp}>
        {(wired) => (
          <Select {...wired} value={scorer.name} onChange={(event) => onScorer(event.target.value)}>
            {results.scorers.map((each) => (
              <option key={each.name} value={each.name}>
                {each.title}
                {each.name !== each.kind && each.name !== each.title && ` (${each.name})`}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {choice}
    </div>
  );
}

/** What the figures come to, in sentences. */
function Told({ results, rows, scorer }: { results: Results; rows: readonly RankedRow[]; scorer: Scored }) {
  const best = rows.find(({ standing }) => standing === "best");
  const cheapest = rows.find(({ standing }) => standing === "cheapest");
  return (
    <div className="grid max-w-[72ch] gap-1">
      {best ? (
        <p className="font-medium text-lg">{words.bestIs(best.label, estimateText(best.estimate))}</p>
      ) : (
        <p>{words.noBest}</p>
      )}
      {best && (
        <p>
          {cheapest && `${words.cheapestIs(cheapest.label)} `}
          {scorer.cheapest_why}
        </p>
      )}
      <p className="text-muted">{words.drawn(results.n_samples, results.n_repeats, results.n_groups)}</p>
      {results.notes.map((note) => (
        <p key={note} className="text-muted">
          <MarkdownLine text={note} />
        </p>
      ))}
    </div>
  );
}

"use client";
/** How good a collection is: its measurements with intervals and their trend, question by question, and its test questions. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Gauge } from "lucide-react";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import type { Collection } from "../types";
import { Calibrating } from "./calibrating";
import { GotWorse } from "./got-worse";
import { MeasurementView } from "./measurement-view";
import { measure, measurementsQuery, qualityKey } from "./queries";
import { QuestionsSection } from "./questions-section";
import { ResultsSection } from "./results-section";
import { RunLine } from "./run-line";
import { TrendSection } from "./trend-section";
import type { MeasurementPage } from "./types";
import { words } from "./words";

export function QualityTab({ collection }: { collection: Collection }) {
  const client = useQueryClient();
  const found = useQuery(measurementsQuery(collection.id));
  const refresh = () => void client.invalidateQueries({ queryKey: qualityKey(collection.id) });
  const start = useMutation({ mutationFn: () => measure(collection.id), onSettled: refresh });
  const isGoing = start.isPending || (found.data?.run_id ?? null) !== null;
  return (
    <div className="h-full overflow-y-auto">
      <div className="grid grid-cols-1 gap-10 p-4">
        <GotWorse collection={collection} />
        <Section
          title={words.title}
          actions={
            <Button look="primary" disabled={isGoing} onClick={() => start.mutate()}>
              <Gauge />
              {words.measure}
            </Button>
          }
        >
          <p className="max-w-[72ch] text-muted text-sm">{words.help}</p>
          <InlineError error={start.error} />
          {found.data?.run_id && <RunLine runId={found.data.run_id} doing={words.measuring} onEnd={refresh} />}
          {found.isPending && <TableSkeleton label={words.loading} />}
          {found.error && <ErrorState title={words.failed} error={found.error} retry={() => void found.refetch()} />}
          {found.data?.items.length === 0 && <p className="text-muted">{words.none}</p>}
          {found.data && found.data.items.length > 0 && <Measured collection={collection} page={found.data} />}
        </Section>
        <QuestionsSection collection={collection} />
      </div>
    </div>
  );
}

/** The newest measurement, or the one in the address. */
function Measured({ collection, page }: { collection: Collection; page: MeasurementPage }) {
  const [asked, setAsked] = useParam("measurement");
  const shown = page.items.find(({ id }) => id === asked) ?? page.items[0];
  if (!shown) return null;
  return (
    <div className="grid grid-cols-1 gap-8">
      <div className="grid grid-cols-1 gap-8 xl:grid-cols-2">
        <MeasurementView measurement={shown} all={page.items} onChoose={(id) => setAsked(id, "replace")} />
        <div className="grid min-w-0 content-start gap-8">
          <TrendSection points={page.trend} />
          <Calibrating collection={collection} measurement={shown} />
        </div>
      </div>
      <ResultsSection key={shown.id} collection={collection} measurementId={shown.id} />
    </div>
  );
}

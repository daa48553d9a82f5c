"use client";
/** What readers ask, what the documents do not say, and what to write about next. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useMemo } from "react";
import { formatFraction, formatRelative } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { Chart } from "@/ui/chart";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Select } from "@/ui/field";
import { TableSkeleton } from "@/ui/skeleton";
import { RunLine } from "../quality/run-line";
import type { Collection } from "../types";
import { daysSpec } from "./days-spec";
import { exportAddress, groupQuestions, type Readers, readersQuery } from "./queries";
import { ReaderLists } from "./reader-lists";
import { words } from "./words";

const FIRST_DAYS = "30";

export function ReadersTab({ collection }: { collection: Collection }) {
  const [asked, setAsked] = useParam("days");
  const days = asked !== null && asked in words.periods ? asked : FIRST_DAYS;
  const found = useQuery(readersQuery(collection.id, Number(days)));
  return (
    <div className="h-full overflow-y-auto">
      <div className="grid grid-cols-1 gap-8 p-4">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-[72ch] text-muted text-sm">{words.help}</p>
          <span className="flex gap-2">
            <Select
              className="w-auto"
              aria-label={words.period}
              value={days}
              onChange={(event) => setAsked(event.target.value === FIRST_DAYS ? null : event.target.value, "replace")}
            >
              {Object.entries(words.periods).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
            <Button asChild>
              <a href={exportAddress(collection.id, Number(days))} download>
                <Download />
                {words.export}
              </a>
            </Button>
          </span>
        </div>
        {found.isPending && <TableSkeleton label={words.loading} />}
        {found.error && <ErrorState title={words.failed} error={found.error} retry={() => void found.refetch()} />}
        {found.data && <Loaded collection={collection} readers={found.data} />}
      </div>
    </div>
  );
}

type LoadedProps = { collection: Collection; readers: Readers };

function Loaded({ collection, readers }: LoadedProps) {
  const spec = useMemo(() => daysSpec(readers.by_day), [readers.by_day]);
  if (readers.n_questions === 0) return <p className="text-muted">{words.none}</p>;
  return (
    <>
      <div className="grid gap-1">
        <p className="numbers flex flex-wrap gap-x-5 gap-y-1">
          <span>{words.questions(readers.n_questions)}</span>
          <span>{words.readers(readers.n_readers)}</span>
          <span>{words.unanswered(formatFraction(readers.n_abstained / readers.n_questions))}</span>
          {readers.n_failed > 0 && <span>{words.nFailed(readers.n_failed)}</span>}
          <span>{words.up(readers.n_thumbs_up)}</span>
          <span>{words.down(readers.n_thumbs_down)}</span>
        </p>
        {readers.is_cut && <p className="text-sm text-warn">{words.cut}</p>}
        <Grouping collection={collection} readers={readers} />
      </div>
      <Chart title={words.byDay} spec={spec} height={180} />
      <ReaderLists readers={readers} />
    </>
  );
}

/** By what questions were put together, and a way to do it by meaning. */
function Grouping({ collection, readers }: LoadedProps) {
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: ["collections", "readers", collection.id] });
  const group = useMutation({ mutationFn: () => groupQuestions(collection.id), onSettled: refresh });
  const { grouped_at: at, n_by_words: nByWords, run_id: runId } = readers;
  if (runId) return <RunLine runId={runId} doing={words.grouping.doing} onEnd={refresh} />;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-sm">
      <span>
        {at ? words.grouping.by(formatRelative(new Date(at), new Date())) : words.grouping.none}{" "}
        {at && nByWords > 0 && words.grouping.words(nByWords)}
      </span>
      {(at === null || nByWords > 0) && (
        <Button size="sm" disabled={group.isPending} onClick={() => group.mutate()}>
          {words.grouping.now}
        </Button>
      )}
      <InlineError error={group.error} />
    </div>
  );
}

"use client";
/** What readers ask, what the documents do not say, and what to write about next. */
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { formatFraction } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { Chart } from "@/ui/chart";
import { ErrorState } from "@/ui/error-state";
import { Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import type { Collection } from "../types";
import { daysSpec } from "./days-spec";
import { exportAddress, type Readers, readersQuery } from "./queries";
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
        {found.data && <Loaded readers={found.data} />}
      </div>
    </div>
  );
}

function Loaded({ readers }: { readers: Readers }) {
  const spec = useMemo(() => daysSpec(readers.by_day), [readers.by_day]);
  if (readers.n_questions === 0) return <p className="text-muted">{words.none}</p>;
  const { gaps, top, unanswered, thumbs_down: down } = readers;
  return (
    <>
      <p className="numbers flex flex-wrap gap-x-5 gap-y-1">
        <span>{words.questions(readers.n_questions)}</span>
        <span>{words.readers(readers.n_readers)}</span>
        <span>{words.unanswered(formatFraction(readers.n_abstained / readers.n_questions))}</span>
        <span>{words.down(readers.n_thumbs_down)}</span>
      </p>
      <Chart title={words.byDay} spec={spec} height={180} />
      <div className="grid grid-cols-1 gap-8 lg:grid-cols-2">
        <List {...words.sections.gaps} isEmpty={gaps.length === 0}>
          {gaps.map(({ heading, n, examples }) => (
            <Item key={heading} text={heading} beside={words.times(n)}>
              {examples.map((example) => (
                <bdi key={example} className="block text-muted">
                  {example}
                </bdi>
              ))}
            </Item>
          ))}
        </List>
        <List {...words.sections.top} isEmpty={top.length === 0}>
          {top.map(({ question, n }) => (
            <Item key={question} text={question} beside={words.times(n)} />
          ))}
        </List>
        <List {...words.sections.unanswered} isEmpty={unanswered.length === 0}>
          {unanswered.map(({ question, at, nearest = [] }) => (
            <Item key={`${question} ${at}`} text={question} beside={at && <RelativeTime at={at} />}>
              {nearest.length > 0 && (
                <span className="text-muted">
                  {words.nearest}: {nearest.map((path) => path.join(" › ")).join("; ")}
                </span>
              )}
            </Item>
          ))}
        </List>
        <List {...words.sections.down} isEmpty={down.length === 0}>
          {down.map(({ call_id, question, comment, at }) => (
            <Item key={call_id} text={question} beside={<RelativeTime at={at} />}>
              {comment && <q dir="auto">{comment}</q>}
            </Item>
          ))}
        </List>
      </div>
    </>
  );
}

type ListProps = { title: string; help?: string; none: string; isEmpty: boolean; children: ReactNode };

function List({ title, help, none, isEmpty, children }: ListProps) {
  return (
    <Section title={title}>
      {help && <p className="text-muted text-sm">{help}</p>}
      {isEmpty ? (
        <p className="text-muted">{none}</p>
      ) : (
        <ul className="grid grid-cols-1 border-line border-t">{children}</ul>
      )}
    </Section>
  );
}

function Item({ text, beside, children }: { text: string; beside?: ReactNode; children?: ReactNode }) {
  return (
    <li className="grid gap-0.5 border-line border-b py-2">
      <div className="flex items-baseline justify-between gap-3">
        <bdi className="min-w-0 [overflow-wrap:anywhere]">{text}</bdi>
        <span className="numbers shrink-0 text-muted text-sm">{beside}</span>
      </div>
      {children && <div className="text-sm [overflow-wrap:anywhere]">{children}</div>}
    </li>
  );
}

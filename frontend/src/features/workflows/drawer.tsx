"use client";
/** The bottom drawer: how the run goes, what it says, what is wrong with the workflow, and the models it made. */
import { useQuery } from "@tanstack/react-query";
import { cx } from "class-variance-authority";
import { ChevronDown, ChevronUp } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { useRunLog } from "@/api/runs";
import type { ModelSummary, Run } from "@/api/types";
import type { Cards } from "@/canvas/ports";
import { formatCount, formatNumber, formatSeconds } from "@/lib/format";
import { type ShownState, StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Leaderboard } from "@/ui/leaderboard";
import { RelativeTime } from "@/ui/relative-time";
import { ProblemList } from "./problem-list";
import { modelsOfQuery } from "./queries";
import { RunLine } from "./run-line";
import type { Editor } from "./use-editor";
import { words } from "./words";

type Props = {
  editor: Editor;
  cards: Cards;
  tab: string | null;
  readOnly: boolean;
  onTab: (tab: string | null) => void;
};

export function Drawer({ editor, cards, tab, readOnly, onTab }: Props) {
  const { problems, run, isLive } = editor;
  const n = problems.length;
  const hasTrials = run?.steps.some((step) => step.trials.length > 0) ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the first candidate of a run turns the page
  useEffect(() => {
    if (hasTrials && isLive && tab === "steps") onTab("trials");
  }, [hasTrials]);
  const tabs = [
    { id: "problems", label: n > 0 ? `${words.drawer.problems} (${n})` : words.drawer.problems },
    { id: "steps", label: words.drawer.steps },
    ...(hasTrials ? [{ id: "trials", label: words.drawer.trials }] : []),
    { id: "log", label: words.drawer.log },
    { id: "models", label: words.drawer.models },
  ];
  return (
    <section aria-label={words.drawer.title} className="flex shrink-0 flex-col border-line border-t bg-surface">
      <div className="flex min-h-9 items-center gap-1 px-2">
        {tabs.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            aria-expanded={tab === id}
            onClick={() => onTab(tab === id ? null : id)}
            className={cx(
              "h-7 shrink-0 rounded-sm px-2 text-sm hover:bg-hover",
              tab === id ? "bg-hover font-medium text-text" : "text-muted",
              id === "problems" && problems.some((problem) => problem.severity === "error") && "text-bad",
            )}
          >
            {label}
          </button>
        ))}
        <div className="min-w-0 flex-1 pl-3 max-md:hidden">
          {run && <RunLine editor={editor} run={run} readOnly={readOnly} />}
        </div>
        <Button
          look="quiet"
          size="icon-sm"
          aria-label={tab ? words.drawer.close : words.drawer.open}
          onClick={() => onTab(tab ? null : "problems")}
        >
          {tab ? <ChevronDown /> : <ChevronUp />}
        </Button>
      </div>
      {tab && (
        <div className="h-52 overflow-y-auto border-line border-t p-3">
          {tab === "problems" && <ProblemList editor={editor} cards={cards} />}
          {tab === "steps" && (run ? <Steps run={run} /> : <Note text={words.drawer.noRun} />)}
          {tab === "trials" && run && <Trials run={run} />}
          {tab === "log" && (run ? <Log key={run.id} run={run} isLive={isLive} /> : <Note text={words.drawer.noRun} />)}
          {tab === "models" && <Models id={editor.id} />}
        </div>
      )}
    </section>
  );
}

const Note = ({ text }: { text: string }) => <p className="text-muted">{text}</p>;

const STATES: ReadonlySet<string> = new Set(["running", "succeeded", "failed", "cached", "skipped", "cancelled"]);

function Steps({ run }: { run: Run }) {
  return (
    <div className="grid gap-2">
      {run.error && (
        <p className="text-bad text-sm">
          {run.error.message} {run.error.hint && <span className="text-muted">{run.error.hint}</span>}
        </p>
      )}
      <table className="numbers w-full max-w-3xl text-sm">
        <tbody>
          {run.steps.map((step) => (
            <tr key={step.id} className="border-line border-b">
              <th scope="row" className="whitespace-nowrap py-1 pr-3 text-left font-medium">
                {step.title}
              </th>
              <td className="py-1 pr-3">
                {STATES.has(step.state) ? <StateBadge state={step.state as ShownState} /> : step.state}
              </td>
              <td className="whitespace-nowrap py-1 pr-3 text-right">{formatSeconds(step.seconds)}</td>
              <td className="whitespace-nowrap py-1 pr-3 text-right text-muted">
                {step.n_rows != null && `${formatCount(step.n_rows)} × ${formatCount(step.n_columns)}`}
              </td>
              <td className="py-1 text-muted">{step.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The leaderboard of each step that has one; usually that is one step. */
function Trials({ run }: { run: Run }) {
  const steps = run.steps.filter((step) => step.trials.length > 0);
  return steps.map((step) => (
    <section key={step.id} aria-label={step.title} className="grid gap-1 pb-3">
      {steps.length > 1 && <h3 className="font-medium text-sm">{step.title}</h3>}
      <Leaderboard trials={step.trials} />
    </section>
  ));
}

function Log({ run, isLive }: { run: Run; isLive: boolean }) {
  const lines = useRunLog(run.id, isLive);
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line scrolls the end into view
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [lines.length]);
  if (lines.length === 0) return <Note text={words.drawer.noLog} />;
  return (
    <div role="log" className="font-mono text-xs leading-relaxed">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows at its end
        <p key={index} className={line.level === "error" ? "text-bad" : line.level === "warning" ? "text-warn" : ""}>
          <span className="text-faint">{line.at.slice(11, 19)} </span>
          {line.message}
        </p>
      ))}
      <div ref={end} />
    </div>
  );
}

function Models({ id }: { id: string }) {
  const models = useQuery(modelsOfQuery(id)).data ?? [];
  if (models.length === 0) return <Note text={words.drawer.noModels} />;
  return (
    <table className="numbers w-full max-w-3xl text-sm">
      <tbody>
        {[...models].sort(byMainMetric).map((model) => {
          const main = mainMetric(model);
          return (
            <tr key={model.id} className="border-line border-b">
              <th scope="row" className="py-1 pr-3 text-left font-medium">
                <Link
                  href={`/models/?id=${model.id}`}
                  className="inline-flex min-h-6 items-center text-accent hover:underline"
                >
                  {model.name}
                </Link>
              </th>
              <td className="py-1 pr-3 text-right">{main ? `${main.label} ${formatNumber(main.value)}` : ""}</td>
              <td className="py-1 pr-3 text-muted">{main && `${main.split}, n = ${formatCount(main.n)}`}</td>
              <td className="py-1 text-right text-muted">
                <RelativeTime at={model.created_at} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The server lists the metric that counts first. */
const mainMetric = (model: ModelSummary) =>
  model.metrics.find((metric) => metric.split === "test" && metric.value !== null) ?? model.metrics[0];

function byMainMetric(a: ModelSummary, b: ModelSummary): number {
  const [x, y] = [mainMetric(a), mainMetric(b)];
  if (x?.value == null || y?.value == null || x.name !== y.name) return 0;
  return x.higher_is_better ? y.value - x.value : x.value - y.value;
}

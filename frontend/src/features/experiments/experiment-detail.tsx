"use client";
/** One experiment: its attempts, and what came of the one that is chosen. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { isNotFound } from "@/api/client";
import { useParam } from "@/lib/params";
import { Badge } from "@/ui/badge";
import { ErrorState } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { Tabs } from "@/ui/tabs";
import { AnswersTab } from "./answers/answers-tab";
import { AttemptChoice } from "./attempt/attempt-choice";
import { AttemptView } from "./attempt/attempt-view";
import { NeverRun } from "./attempt/never-run";
import { OfAttempt } from "./attempt/of-attempt";
import { AttemptBadge } from "./attempt-badge";
import { ComparisonTab } from "./comparison/comparison-tab";
import { DocumentTab } from "./document-tab";
import { ExperimentMenu } from "./experiment-menu";
import { LabelsTab } from "./labels/labels-tab";
import { type ExperimentTab, LIST_HREF } from "./places";
import { experimentQuery, isLive } from "./queries";
import { ResultActions } from "./sharing/result-actions";
import type { Attempt, Experiment } from "./types";
import { words } from "./words";

const crumbs = [{ label: words.title, href: LIST_HREF }];

export function ExperimentDetail({ id }: { id: string }) {
  const experiment = useQuery(experimentQuery(id));
  if (experiment.error) {
    return (
      <Page title={words.title} crumbs={crumbs}>
        <ErrorState
          error={experiment.error}
          title={words.openFailed}
          retry={isNotFound(experiment.error) ? undefined : () => void experiment.refetch()}
        />
      </Page>
    );
  }
  if (!experiment.data) {
    return (
      <Page title={words.loadingOne} crumbs={crumbs}>
        <TableSkeleton label={words.loadingOne} />
      </Page>
    );
  }
  return <Shown experiment={experiment.data} />;
}

function Shown({ experiment }: { experiment: Experiment }) {
  const [stated] = useParam("attempt");
  const number = Number(stated) || experiment.n_attempts;
  const { latest } = experiment;
  return (
    <Page
      title={experiment.name}
      crumbs={crumbs}
      beside={
        // A phone has room for the name alone; the first part says how the attempt stands.
        <span className="max-md:hidden">
          {latest ? isLive(latest.state) && <AttemptBadge state={latest.state} /> : <Badge>{words.draft}</Badge>}
        </span>
      }
      actions={
        <>
          {number > 0 && (
            <OfAttempt id={experiment.id} number={number} isQuiet>
              {(attempt) => <ResultActions attempt={attempt} />}
            </OfAttempt>
          )}
          <ExperimentMenu experiment={experiment} />
        </>
      }
    >
      {(experiment.description || experiment.n_attempts > 1) && (
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 pt-3">
          <p className="max-w-[72ch] text-muted [overflow-wrap:anywhere]">{experiment.description}</p>
          {experiment.n_attempts > 1 && <AttemptChoice id={experiment.id} number={number} />}
        </div>
      )}
      <Parts experiment={experiment} number={number} />
    </Page>
  );
}

type Tab = { value: ExperimentTab; label: string; content: ReactNode };

/** What the answers of an attempt came to. */
function resultTabs(id: string, number: number): Tab[] {
  const of = (show: (attempt: Attempt) => ReactNode) => (
    <OfAttempt id={id} number={number}>
      {show}
    </OfAttempt>
  );
  return [
    {
      value: "comparison",
      label: words.tabs.comparison,
      content: of((attempt) => <ComparisonTab attempt={attempt} />),
    },
    { value: "answers", label: words.tabs.answers, content: of((attempt) => <AnswersTab attempt={attempt} />) },
    { value: "labels", label: words.tabs.labels, content: of((attempt) => <LabelsTab attempt={attempt} />) },
  ];
}

function Parts({ experiment, number }: { experiment: Experiment; number: number }) {
  const [stated, setTab] = useParam("tab");
  const run = number === 0 ? <NeverRun experiment={experiment} /> : <AttemptView id={experiment.id} number={number} />;
  const tabs: Tab[] = [
    { value: "run", label: words.tabs.run, content: run },
    ...(number > 0 ? resultTabs(experiment.id, number) : []),
    { value: "document", label: words.tabs.document, content: <DocumentTab experiment={experiment} /> },
  ];
  const open = tabs.find(({ value }) => value === stated)?.value ?? "run";
  return (
    <Tabs
      label={words.parts}
      value={open}
      onChange={(value) => setTab(value === "run" ? null : value, "replace")}
      tabs={tabs}
    />
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { formatNumber, formatSeconds, plural } from "@/lib/format";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Page } from "@/ui/page";
import { FirstSteps } from "./first-steps";
import { recentDatasets, recentModels, recentRuns, recentWorkflows } from "./queries";
import { Recent } from "./recent";

/** What was worked on last; on the first visit, how to begin. */
export function Overview() {
  const datasets = useQuery(recentDatasets());
  const workflows = useQuery(recentWorkflows());
  const models = useQuery(recentModels());
  const runs = useQuery(recentRuns());
  const isNew = datasets.data?.length === 0 && !workflows.data?.length && !models.data?.length;
  return (
    <Page
      title="Overview"
      actions={
        isNew ? undefined : (
          <Button asChild look="primary">
            <Link href="/data/?add=file">Add data</Link>
          </Button>
        )
      }
    >
      {isNew ? (
        <FirstSteps />
      ) : (
        <div className="grid gap-x-10 gap-y-8 p-4 lg:grid-cols-2">
          <Recent
            title="Data"
            href="/data/"
            query={datasets}
            none="No data yet."
            line={(dataset) => ({
              id: dataset.id,
              name: dataset.name,
              href: `/data/?id=${dataset.id}`,
              about:
                dataset.state === "ready" ? (
                  `${plural(dataset.n_rows ?? 0, "row")} × ${plural(dataset.n_columns ?? 0, "column")}`
                ) : (
                  <StateBadge state={dataset.state} />
                ),
              at: dataset.created_at,
            })}
          />
          <Recent
            title="Workflows"
            href="/workflows/"
            query={workflows}
            none="No workflow yet: open a dataset and choose “Train on this”."
            line={(workflow) => ({
              id: workflow.id,
              name: workflow.name,
              href: `/workflows/?id=${workflow.id}`,
              about: workflow.last_run ? (
                <StateBadge state={workflow.last_run.state} />
              ) : (
                plural(workflow.n_nodes, "node")
              ),
              at: workflow.updated_at,
            })}
          />
          <Recent
            title="Models"
            href="/models/"
            query={models}
            none="No model yet: run a workflow that trains one."
            line={(model) => {
              const metric = model.metrics.find((candidate) => candidate.value !== null);
              return {
                id: model.id,
                name: model.name,
                href: `/models/?id=${model.id}`,
                about: metric ? `${metric.label} ${formatNumber(metric.value)}` : model.task,
                at: model.created_at,
              };
            }}
          />
          <Recent
            title="Runs"
            href="/runs/"
            query={runs}
            none="Nothing has run yet."
            line={(run) => ({
              id: run.id,
              name: run.title,
              href: `/runs/?id=${run.id}`,
              about: (
                <span className="inline-flex items-center gap-2">
                  {run.cost?.wall_seconds != null && formatSeconds(run.cost.wall_seconds)}
                  <StateBadge state={run.state} />
                </span>
              ),
              at: run.created_at,
            })}
          />
        </div>
      )}
    </Page>
  );
}

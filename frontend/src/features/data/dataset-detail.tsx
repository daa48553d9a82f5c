"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Ellipsis, Pencil, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { address, isNotFound } from "@/api/client";
import { take } from "@/api/files";
import { isFinal, useLiveRun } from "@/api/runs";
import type { Dataset } from "@/api/types";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Menu } from "@/ui/menu";
import { Page } from "@/ui/page";
import { ProgressLine } from "@/ui/progress-line";
import { Skeleton, TableSkeleton } from "@/ui/skeleton";
import { tellFailure, toast } from "@/ui/toast";
import { DatasetBody } from "./dataset-body";
import { DeleteDataset, RenameDataset } from "./dataset-dialogs";
import { datasetQuery, profileQuery, useTrain } from "./queries";

const CRUMBS = [{ label: "Data", href: "/data/" }];

export function DatasetDetail({ id }: { id: string }) {
  const dataset = useQuery(datasetQuery(id));
  if (dataset.isPending)
    return (
      <Page title="Dataset" crumbs={CRUMBS}>
        <div className="grid gap-4 py-4">
          <Skeleton className="mx-4 h-4 w-72" />
          <Skeleton className="mx-4 h-8 w-96 max-w-full" />
          <TableSkeleton rows={10} label="Loading the dataset" />
        </div>
      </Page>
    );
  if (isNotFound(dataset.error))
    return (
      <Page title="Dataset" crumbs={CRUMBS}>
        <EmptyState
          title="This dataset is not there"
          actions={
            <Button asChild>
              <Link href="/data/">See all data</Link>
            </Button>
          }
        >
          It was deleted, or it belongs to someone else.
        </EmptyState>
      </Page>
    );
  if (dataset.isError)
    return (
      <Page title="Dataset" crumbs={CRUMBS}>
        <ErrorState error={dataset.error} title="The dataset could not be loaded" retry={() => dataset.refetch()} />
      </Page>
    );
  return <Loaded dataset={dataset.data} />;
}

function Loaded({ dataset }: { dataset: Dataset }) {
  const router = useRouter();
  const train = useTrain();
  const [dialog, setDialog] = useState<"rename" | "delete" | null>(null);
  const start = () =>
    train.mutate(dataset, {
      onSuccess: (workflow) => router.push(`/workflows/?id=${workflow.id}`),
      onError: (error) => toast(`No workflow was made: ${error.message}`, { tone: "bad" }),
    });
  return (
    <Page
      title={dataset.name}
      crumbs={CRUMBS}
      beside={dataset.state !== "ready" && <StateBadge state={dataset.state} />}
      actions={
        <>
          <Menu
            trigger={
              <Button look="quiet" size="icon" aria-label="More actions">
                <Ellipsis />
              </Button>
            }
            items={[
              { label: "Rename", icon: <Pencil />, onSelect: () => setDialog("rename") },
              ...(dataset.state === "ready" ? downloads(dataset.id) : []),
              { label: "Delete", icon: <Trash2 />, isDanger: true, onSelect: () => setDialog("delete") },
            ]}
          />
          {dataset.state === "ready" && (
            <Button look="primary" disabled={train.isPending} onClick={start}>
              Train on this
            </Button>
          )}
        </>
      }
    >
      <Work dataset={dataset} />
      {dataset.state === "ready" && <DatasetBody dataset={dataset} />}
      {dataset.state === "reading" && (
        <div className="py-4">
          <TableSkeleton rows={10} label={`Reading ${dataset.filename}`} />
        </div>
      )}
      {dataset.state === "failed" && <CouldNotBeRead dataset={dataset} onDelete={() => setDialog("delete")} />}
      <RenameDataset dataset={dataset} open={dialog === "rename"} onClose={() => setDialog(null)} />
      <DeleteDataset dataset={dataset} open={dialog === "delete"} onClose={() => setDialog(null)} />
    </Page>
  );
}

const downloads = (id: string) =>
  (["parquet", "csv"] as const).map((format) => ({
    label: `Download as ${format === "csv" ? "CSV" : "Parquet"}`,
    icon: <Download />,
    onSelect: () => void take(address(`/datasets/${id}/file`, { format })).catch(tellFailure),
  }));

/** The run that reads the file, or that measures its columns against a new target. */
function Work({ dataset }: { dataset: Dataset }) {
  const client = useQueryClient();
  const { data: run } = useLiveRun(dataset.run_id, () => {
    void client.invalidateQueries({ queryKey: datasetQuery(dataset.id).queryKey });
    void client.invalidateQueries({ queryKey: profileQuery(dataset.id).queryKey });
    void client.invalidateQueries({ queryKey: ["datasets", "list"] });
  });
  if (!run || isFinal(run.state)) return null;
  const waits = run.state === "queued" ? "Waiting for a worker" : run.title;
  return (
    <div className="flex items-end gap-4 border-line border-b px-4 py-3">
      <div className="min-w-0 flex-1">
        <ProgressLine
          label={run.message || waits}
          fraction={run.state === "queued" ? null : run.progress_fraction}
          startedAt={run.started_at ?? run.created_at}
        />
      </div>
      <Link href={`/runs/?id=${run.id}`} className="text-accent text-sm hover:underline">
        See the run
      </Link>
    </div>
  );
}

function CouldNotBeRead({ dataset, onDelete }: { dataset: Dataset; onDelete: () => void }) {
  return (
    <div role="alert" className="grid max-w-[72ch] gap-2 px-4 py-8">
      <p className="font-medium text-lg">{dataset.filename} could not be read</p>
      <p className="break-words">{dataset.error?.message}</p>
      {dataset.error?.hint && <p className="text-muted">{dataset.error.hint}</p>}
      <div className="flex flex-wrap gap-2 pt-2">
        <Button asChild look="primary">
          <Link href="/data/?add=file">Upload another file</Link>
        </Button>
        <Button onClick={onDelete}>Delete this one</Button>
        {dataset.run_id && (
          <Button asChild look="quiet">
            <Link href={`/runs/?id=${dataset.run_id}`}>See the run</Link>
          </Button>
        )}
      </div>
    </div>
  );
}

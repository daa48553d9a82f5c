"use client";

import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import type { Dataset } from "@/api/types";
import { formatBytes, formatCount, plural } from "@/lib/format";
import { useParam } from "@/lib/params";
import { ErrorState } from "@/ui/error-state";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { Tabs } from "@/ui/tabs";
import { ColumnPanel } from "./column-panel";
import { ColumnTable } from "./column-table";
import { Preview } from "./preview";
import { profileQuery, useChangeDataset } from "./queries";
import { TargetChoice } from "./target-choice";
import { WarningList } from "./warning-list";

/** A dataset that was read: warnings first, then its columns, then its rows. */
export function DatasetBody({ dataset }: { dataset: Dataset }) {
  const profile = useQuery(profileQuery(dataset.id));
  const change = useChangeDataset(dataset.id);
  const [tab, setTab] = useParam("tab");
  const [open, setOpen] = useParam("column");
  const warnings = profile.data?.warnings ?? dataset.warnings;
  const column = profile.data?.columns.find(({ name }) => name === open);
  return (
    <div className="flex min-w-0">
      <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] content-start gap-4 py-4">
        <Facts dataset={dataset} />
        {warnings.length > 0 && (
          <div className="px-4">
            <WarningList warnings={warnings} onColumn={setOpen} />
          </div>
        )}
        <div className="px-4">
          <TargetChoice dataset={dataset} />
        </div>
        <Tabs
          label="Parts of the dataset"
          value={tab === "rows" ? "rows" : "columns"}
          onChange={(value) => setTab(value === "rows" ? "rows" : null, "replace")}
          tabs={[
            {
              value: "columns",
              label: "Columns",
              content: (
                <div className="pt-3">
                  {profile.isPending && <TableSkeleton rows={10} label="Loading the profile" />}
                  {profile.isError && (
                    <ErrorState
                      error={profile.error}
                      title="The profile could not be loaded"
                      retry={() => profile.refetch()}
                    />
                  )}
                  {profile.data && (
                    <ColumnTable profile={profile.data} target={dataset.target} open={open} onOpen={setOpen} />
                  )}
                </div>
              ),
            },
            {
              value: "rows",
              label: "Rows",
              content: (
                <div className="pt-3">
                  <Preview dataset={dataset} />
                </div>
              ),
            },
          ]}
        />
      </div>
      {profile.data && column && (
        <div className="md:sticky md:top-12 md:flex md:h-[calc(100dvh-3rem)]">
          <ColumnPanel
            profile={profile.data}
            column={column}
            isTarget={column.name === dataset.target}
            onTarget={(target) => change.mutate({ target })}
            onClose={() => setOpen(null)}
          />
        </div>
      )}
    </div>
  );
}

function Facts({ dataset }: { dataset: Dataset }) {
  const facts = [
    plural(dataset.n_rows ?? 0, "row"),
    plural(dataset.n_columns ?? 0, "column"),
    `${dataset.filename}, ${formatBytes(dataset.size_bytes)}`,
  ];
  return (
    <div className="px-4 text-muted text-sm">
      <p className="flex flex-wrap gap-x-2">
        {facts.map((fact) => (
          <Fragment key={fact}>
            <span className="break-all">{fact}</span>
            <span aria-hidden>·</span>
          </Fragment>
        ))}
        <span>
          added <RelativeTime at={dataset.created_at} />
        </span>
        {dataset.content_hash && (
          <>
            <span aria-hidden>·</span>
            <span title={`SHA-256 of the rows: ${dataset.content_hash}`}>
              hash <code className="font-mono">{dataset.content_hash.slice(0, 10)}</code>
            </span>
          </>
        )}
      </p>
      {dataset.sample && (
        <p>
          Sample from {dataset.sample.source}, licence {dataset.sample.licence}.
        </p>
      )}
      {dataset.n_rows !== null && dataset.n_warnings > dataset.warnings.length && (
        <p>{formatCount(dataset.n_warnings)} warnings and notes in all.</p>
      )}
    </div>
  );
}

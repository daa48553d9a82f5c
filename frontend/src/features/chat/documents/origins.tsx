"use client";
/** Where the documents come from, what the last sync found there, and what it left out and why. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { ErrorState } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import type { Collection, LeftOut, Origin, OriginReport } from "../types";
import { originsQuery, removeOrigin } from "./queries";
import { words } from "./words";

export function Origins({ collection }: { collection: Collection }) {
  const client = useQueryClient();
  const origins = useQuery(originsQuery(collection.id));
  const [leaving, setLeaving] = useState<Origin | null>(null);
  if (origins.data?.length === 0) return null;
  return (
    <div className="px-4 pt-6 pb-8">
      <Section title={words.origins.title}>
        {origins.isPending && <TableSkeleton label={words.origins.loading} rows={2} />}
        {origins.error && (
          <ErrorState title={words.origins.failed} error={origins.error} retry={() => void origins.refetch()} />
        )}
        {origins.data && (
          <ul aria-label={words.origins.title} className="grid border-line border-t">
            {origins.data.map((origin) => (
              <OriginLine key={origin.id} origin={origin} onRemove={() => setLeaving(origin)} />
            ))}
          </ul>
        )}
      </Section>
      {leaving && (
        <Confirm
          open
          onOpenChange={(isOpen) => !isOpen && setLeaving(null)}
          title={words.origins.removeTitle(leaving.name)}
          verb={words.origins.removeVerb}
          onConfirm={async () => {
            await removeOrigin(collection.id, leaving.id);
            await client.invalidateQueries({ queryKey: ["collections"] });
          }}
        >
          {words.origins.removeHelp}
        </Confirm>
      )}
    </div>
  );
}

function OriginLine({ origin, onRemove }: { origin: Origin; onRemove: () => void }) {
  return (
    <li className="flex items-start gap-3 border-line border-b py-2">
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="flex min-w-0 items-baseline gap-2">
          <bdi className="truncate font-medium" title={origin.name}>
            {origin.name}
          </bdi>
          <span className="shrink-0 text-muted text-sm">{words.origins.kinds[origin.kind] ?? origin.kind}</span>
        </p>
        <div className="numbers flex flex-wrap gap-x-4 text-muted text-sm">
          {origin.report ? <Report report={origin.report} /> : <span>{words.origins.never}</span>}
          {origin.synced_at && <RelativeTime at={origin.synced_at} />}
        </div>
        {origin.report?.error && (
          <p role="alert" className="text-bad text-sm [overflow-wrap:anywhere]">
            {origin.report.error.message} <span className="text-muted">{origin.report.error.hint}</span>
          </p>
        )}
        {origin.report && (
          <>
            <NotTaken told={words.origins.leftOut(origin.report.n_left_out)} list={origin.report.left_out} />
            <NotTaken told={words.nFailed(origin.report.n_failed)} list={origin.report.failed} />
          </>
        )}
      </div>
      <Button look="quiet" size="icon-sm" aria-label={words.origins.remove(origin.name)} onClick={onRemove}>
        <Trash2 />
      </Button>
    </li>
  );
}

function Report({ report }: { report: OriginReport }) {
  const changes = words.origins.changes(report.n_new, report.n_changed, report.n_unchanged, report.n_removed);
  return (
    <>
      <span>{words.origins.found(report.n_found)}</span>
      {changes && <span>{changes}</span>}
    </>
  );
}

function NotTaken({ told, list }: { told: string; list: readonly LeftOut[] }) {
  if (list.length === 0) return null;
  return (
    <details className="text-sm">
      <summary className="w-fit text-warn">{told}</summary>
      <ul className="grid gap-1 py-1">
        {list.map(({ key, reason, hint }) => (
          <li key={`${key} ${reason}`} className="[overflow-wrap:anywhere]">
            <bdi className="font-mono text-xs">{key}</bdi> <span className="text-muted">{reason}</span>{" "}
            {hint && <span className="text-muted">{hint}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

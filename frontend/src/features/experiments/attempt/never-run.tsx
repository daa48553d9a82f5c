"use client";
/** An experiment that nobody was asked about yet: what it would take, and the start. */
import { Play } from "lucide-react";
import Link from "next/link";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { draftOf } from "../form/draft";
import { EstimateLine } from "../form/estimate";
import { useEstimate } from "../form/use-estimate";
import { editHref } from "../places";
import type { Experiment } from "../types";
import { words as shared } from "../words";
import { useStart } from "./attempt-actions";
import { words } from "./words";

export function NeverRun({ experiment }: { experiment: Experiment }) {
  const draft = draftOf(experiment.document);
  const estimate = useEstimate(draft);
  const start = useStart(experiment.id);
  const edit = (
    <Button asChild>
      <Link href={editHref(experiment.id)}>{shared.edit}</Link>
    </Button>
  );
  if (estimate.error) return <ErrorState error={estimate.error} title={words.noEstimate} actions={edit} />;
  return (
    <EmptyState
      title={words.never.title}
      actions={
        <>
          {edit}
          <Button look="primary" disabled={start.isPending} onClick={() => start.mutate()}>
            <Play />
            {words.start}
          </Button>
        </>
      }
    >
      <p>{words.never.text}</p>
      {estimate.data && (
        <div className="pt-3 text-left text-text">
          <EstimateLine draft={draft} estimate={estimate.data} />
        </div>
      )}
    </EmptyState>
  );
}

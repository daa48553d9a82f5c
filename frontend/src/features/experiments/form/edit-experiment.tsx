"use client";
/** Another document in place of the one that an experiment has. */
import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { experimentHref, LIST_HREF } from "../places";
import { experimentQuery } from "../queries";
import { words as shared } from "../words";
import { draftOf } from "./draft";
import { ExperimentForm } from "./experiment-form";
import { words } from "./words";

export function EditExperiment({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(experimentQuery(id));
  const crumbs = [
    { label: shared.title, href: LIST_HREF },
    { label: data?.name ?? shared.loadingOne, href: experimentHref(id) },
  ];
  return (
    <Page title={words.edit} crumbs={crumbs}>
      {error && <ErrorState error={error} title={shared.openFailed} retry={() => void refetch()} />}
      {!error && !data && <TableSkeleton label={words.loading} />}
      {data && <ExperimentForm begin={draftOf(data.document)} id={id} />}
    </Page>
  );
}

"use client";
/** A new experiment: blank, with recorded answers, or as a copy of another. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ErrorState } from "@/ui/error-state";
import { Page } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { LIST_HREF } from "../places";
import { experimentQuery } from "../queries";
import { words as shared } from "../words";
import { BLANK, draftOf } from "./draft";
import { ExperimentForm } from "./experiment-form";
import { recordedDraft } from "./recorded-draft";
import { words } from "./words";

const crumbs = [{ label: shared.title, href: LIST_HREF }];

export function NewExperiment({ from }: { from: string }) {
  const client = useQueryClient();
  const begin = useQuery({
    queryKey: ["experiments", "begin", from],
    queryFn: async () => {
      if (from === "blank") return BLANK;
      if (from === "recorded") return recordedDraft(client);
      const { document } = await client.fetchQuery(experimentQuery(from));
      return { ...draftOf(document), name: "" };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  return (
    <Page title={words.make} crumbs={crumbs}>
      {begin.isPending && <TableSkeleton label={words.loading} />}
      {begin.error && <ErrorState error={begin.error} title={words.loadFailed} retry={() => void begin.refetch()} />}
      {begin.data && <ExperimentForm begin={begin.data} id={null} />}
    </Page>
  );
}

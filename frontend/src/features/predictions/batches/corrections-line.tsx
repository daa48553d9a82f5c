"use client";
/** The corrections of an endpoint become a dataset that its workflow can train on. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { DatabaseZap } from "lucide-react";
import Link from "next/link";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { correctionsQuery, makeDataset } from "./corrections";
import type { Batch } from "./types";
import { words } from "./words";

export function CorrectionsLine({ batch }: { batch: Batch }) {
  const client = useQueryClient();
  const corrections = useQuery(correctionsQuery(batch.endpoint_id));
  const make = useMutation({
    mutationFn: () => makeDataset(batch.endpoint_id),
    onSuccess: () => client.invalidateQueries({ queryKey: ["datasets"] }),
  });
  const hasAny = (corrections.data?.items.length ?? 0) > 0;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Button disabled={!hasAny || make.isPending} onClick={() => make.mutate()}>
        <DatabaseZap />
        {words.correct.dataset}
      </Button>
      <p className="min-w-0 max-w-[72ch] text-muted text-sm" role="status">
        {make.data ? (
          <>
            {words.correct.made}{" "}
            <Link href={`/data/?id=${make.data.id}`} className="text-accent underline">
              {words.correct.open}
            </Link>
          </>
        ) : hasAny ? (
          words.correct.datasetHint
        ) : (
          words.correct.none
        )}
      </p>
      <InlineError error={make.error ?? corrections.error} />
    </div>
  );
}

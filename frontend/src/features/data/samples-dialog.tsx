"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { Sample } from "@/api/types";
import { plural } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorState, InlineError } from "@/ui/error-state";
import { TableSkeleton } from "@/ui/skeleton";
import { samplesQuery, useAddSample } from "./queries";

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

/** Datasets that ship with the product, each with its licence and source. */
export function SamplesDialog({ open, onOpenChange }: Props) {
  const samples = useQuery({ ...samplesQuery(), enabled: open });
  const add = useAddSample();
  const router = useRouter();
  const take = (sample: Sample) =>
    add.mutate(sample.key, { onSuccess: (dataset) => router.push(`/data/?id=${dataset.id}`) });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Samples"
      description="Small datasets to try things on. Taking one copies it to your data."
      width="md"
    >
      {samples.isPending && <TableSkeleton rows={5} label="Loading samples" />}
      {samples.isError && (
        <ErrorState error={samples.error} title="The samples could not be listed" retry={() => samples.refetch()} />
      )}
      <InlineError error={add.error} />
      <ul className="divide-y divide-line">
        {samples.data?.map((sample) => (
          <li key={sample.key} className="flex items-start gap-4 py-3">
            <div className="grid min-w-0 flex-1 gap-0.5">
              <p className="flex flex-wrap items-center gap-2">
                <span className="font-medium">{sample.name}</span>
                <Badge>{sample.task ?? "questions"}</Badge>
              </p>
              <p className="text-sm">{sample.about}</p>
              <p className="numbers text-muted text-sm">
                {plural(sample.n_rows, "row")} × {plural(sample.n_columns, "column")}
                {sample.target ? ` · target ${sample.target}` : " · for experiments"}
              </p>
              <p className="text-muted text-sm">
                {sample.source} · {sample.licence}
              </p>
            </div>
            <Button
              size="sm"
              disabled={add.isPending}
              aria-label={`Use the sample ${sample.name}`}
              onClick={() => take(sample)}
            >
              Use
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

"use client";
import { Reading } from "./ready/reading";
import { Ready } from "./ready/ready";
import { Results } from "./results/results";
import { Running } from "./running";
/** The part of a batch's page that its state asks for. */
import type { Batch } from "./types";

type Props = { batch: Batch; onChange: (batch: Batch) => void };

export function BatchBody({ batch, onChange }: Props) {
  if (batch.state === "reading") return <Reading batch={batch} />;
  // A file that could not be read has nothing to choose from, and nothing came of it.
  if (batch.state === "ready") return <Ready key={batch.id} batch={batch} onChange={onChange} />;
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col max-md:overflow-y-auto">
      {batch.state === "succeeded" ? <Results batch={batch} /> : <Running batch={batch} onChange={onChange} />}
    </div>
  );
}

"use client";
/** Once rows were corrected: the way to what comes of it, which belongs to the endpoint. */
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { correctionsQuery } from "./corrections";
import { endpointHref } from "./places";
import type { Batch } from "./types";
import { words } from "./words";

export function CorrectionsLine({ batch }: { batch: Batch }) {
  const corrections = useQuery(correctionsQuery(batch.endpoint_id));
  if (corrections.error) return <InlineError error={corrections.error} />;
  if (!corrections.data?.items.length) return null;
  return (
    <Section title={words.correct.title}>
      <p className="max-w-[72ch]">{words.correct.use}</p>
      <div>
        <Button asChild>
          <Link href={endpointHref(batch.endpoint_id, "use")}>{words.correct.go}</Link>
        </Button>
      </div>
    </Section>
  );
}

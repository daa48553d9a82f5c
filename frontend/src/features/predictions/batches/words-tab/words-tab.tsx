"use client";
/** The words of a batch: how often each stands in the texts, as a picture and as a list, and those that tell rows apart. */
import { EmptyState } from "@/ui/empty-state";
import { Section } from "@/ui/page";
import type { Batch } from "../types";
import { words } from "../words";
import { Cloud } from "./cloud";
import { TellingWords } from "./telling-words";

export function WordsTab({ batch }: { batch: Batch }) {
  const texts = batch.signature.inputs.filter(({ kind }) => kind === "text").map(({ name }) => name);
  const [first] = texts;
  if (first === undefined) return <EmptyState title={words.cloud.noText} />;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-10 p-4">
        <Section title={words.cloud.title}>
          <Cloud batch={batch} columns={texts} />
        </Section>
        <Section title={words.telling.title}>
          <TellingWords batch={batch} column={first} />
        </Section>
      </div>
    </div>
  );
}

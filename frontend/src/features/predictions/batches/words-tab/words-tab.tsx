"use client";
/** The words of a batch: how often each stands in the texts, as a picture and as a list, and those that tell rows apart. */
import { useState } from "react";
import { useDebounced } from "@/lib/debounced";
import { EmptyState } from "@/ui/empty-state";
import { Section } from "@/ui/page";
import type { Batch } from "../types";
import { words } from "../words";
import { Cloud } from "./cloud";
import type { Asked } from "./queries";
import { TellingWords } from "./telling-words";

const TYPING_MS = 400;

export function WordsTab({ batch }: { batch: Batch }) {
  const texts = batch.signature.inputs.filter(({ kind }) => kind === "text").map(({ name }) => name);
  const [first] = texts;
  const [chosen, setChosen] = useState<Asked>({ column: first ?? "", class: "", label: "", language: "", stop: "" });
  const asked = useDebounced(chosen, TYPING_MS);
  if (first === undefined) return <EmptyState title={words.cloud.noText} />;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-10 p-4">
        <Section title={words.cloud.title}>
          <Cloud batch={batch} columns={texts} chosen={chosen} asked={asked} onChange={setChosen} />
        </Section>
        <Section title={words.telling.title}>
          <TellingWords batch={batch} asked={asked} />
        </Section>
      </div>
    </div>
  );
}

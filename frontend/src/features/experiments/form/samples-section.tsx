"use client";
/** Which questions are asked: the dataset, its columns as they were found, how many, and the first of them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDebounced } from "@/lib/debounced";
import { InlineError } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { tellFailure } from "@/ui/toast";
import { previewQuery } from "../queries";
import { ColumnChoices } from "./column-choices";
import { type Draft, nConfigurations } from "./draft";
import { NumberField } from "./fields";
import { type Problems, problemAt } from "./problems";
import { addQuestionSet, datasetsQuery, questionSetsQuery } from "./queries";
import { SamplePreviewTable } from "./sample-preview";
import { SampleSize } from "./sample-size";
import { useChosenDataset } from "./use-estimate";
import { words } from "./words";

type Props = { draft: Draft; problems: Problems; onChange: (change: Partial<Draft>) => void };
const ASK_AFTER_MS = 400;

export function SamplesSection({ draft, problems, onChange }: Props) {
  const { samples } = draft;
  const set = (change: Partial<Draft["samples"]>) => onChange({ samples: { ...samples, ...change } });
  const chosen = useChosenDataset(samples.dataset);
  const asked = useDebounced(samples, ASK_AFTER_MS);
  const isReady = chosen?.state === "ready" && asked.dataset === samples.dataset;
  const preview = useQuery({ ...previewQuery(asked), enabled: isReady });
  const shown = isReady && !preview.error ? preview.data : undefined;
  return (
    <Section title={words.samples}>
      <div className="grid gap-4">
        <DatasetField
          value={samples.dataset}
          error={problemAt(problems, "samples.dataset")}
          onChange={(dataset) => set({ dataset, columns: {} })}
        />
        {chosen?.state === "reading" && (
          <p role="status" className="text-muted text-sm">
            {words.reading}
          </p>
        )}
        <div className="grid grid-cols-2 items-start gap-4">
          <NumberField
            label={words.limit}
            help={words.limitHelp}
            value={samples.limit}
            error={problemAt(problems, "samples.limit")}
            onChange={(limit) => set({ limit })}
          />
          <NumberField
            label={words.sampleSeed}
            help={words.sampleSeedHelp}
            value={samples.seed}
            error={problemAt(problems, "samples.seed")}
            onChange={(seed) => set({ seed: seed ?? 0 })}
          />
        </div>
        {isReady && <InlineError error={preview.error} />}
        {preview.data && isReady && (
          <ColumnChoices
            chosen={samples.columns}
            preview={preview.data}
            error={problemAt(problems, "samples.columns")}
            onChange={(columns) => set({ columns })}
          />
        )}
        {shown && <SamplePreviewTable preview={shown} />}
        <SampleSize configurations={nConfigurations(draft)} />
      </div>
    </Section>
  );
}

type DatasetProps = { value: string; error?: string; onChange: (dataset: string) => void };
/** Tells a bundled set from a dataset's id in the list. */
const BUNDLED = "bundled:";

function DatasetField({ value, error, onChange }: DatasetProps) {
  const client = useQueryClient();
  const { data: datasets = [], isSuccess } = useQuery(datasetsQuery);
  const { data: sets = [] } = useQuery(questionSetsQuery);
  const add = useMutation({
    mutationFn: addQuestionSet,
    onSuccess: async (dataset) => {
      await client.invalidateQueries({ queryKey: ["datasets"] });
      onChange(dataset.id);
    },
    onError: tellFailure,
  });
  const choose = (next: string) => (next.startsWith(BUNDLED) ? add.mutate(next.slice(BUNDLED.length)) : onChange(next));
  const chosen = datasets.find(({ id, name }) => id === value || name === value);
  const others = sets.filter(({ name }) => !datasets.some((dataset) => dataset.name === name));
  return (
    <Field label={words.dataset} help={words.datasetHelp} error={error}>
      {(wired) => (
        <Select
          {...wired}
          disabled={add.isPending}
          value={chosen?.id ?? value}
          onChange={(e) => choose(e.target.value)}
        >
          <option value="">{words.chooseDataset}</option>
          {isSuccess && value !== "" && !chosen && <option value={value}>{words.missing(value)}</option>}
          {datasets.length > 0 && (
            <optgroup label={words.own}>
              {datasets.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
          {others.length > 0 && (
            <optgroup label={words.bundled}>
              {others.map(({ key, name }) => (
                <option key={key} value={`${BUNDLED}${key}`}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
        </Select>
      )}
    </Field>
  );
}

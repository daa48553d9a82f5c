"use client";
/** Makes a workflow: for a dataset, from a sample, or blank. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import type { Workflow } from "@/api/types";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/error-state";
import { Field, Input, Select } from "@/ui/field";
import { addSample, createWorkflow, datasetsQuery, keys, samplesQuery } from "./queries";
import { words } from "./words";

type Start = "dataset" | "sample" | "blank";
type Props = { start: string; onClose: () => void; onCreated: (workflow: Workflow) => void };

const starts: { value: Start; label: string; help: string }[] = [
  { value: "dataset", label: words.create.dataset, help: words.create.datasetHelp },
  { value: "sample", label: words.create.sample, help: words.create.sampleHelp },
  { value: "blank", label: words.create.blank, help: "" },
];

export function CreateWorkflow({ start: wanted, onClose, onCreated }: Props) {
  const client = useQueryClient();
  const datasets = useQuery(datasetsQuery).data?.items.filter((dataset) => dataset.state === "ready");
  const samples = useQuery(samplesQuery).data ?? [];
  const [chosenStart, setStart] = useState<Start | null>(wanted === "sample" ? "sample" : null);
  const start = chosenStart ?? (datasets?.length ? "dataset" : "sample");
  const [dataset, setDataset] = useState("");
  const [target, setTarget] = useState<string | null>(null);
  const [sample, setSample] = useState("");
  const [name, setName] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const group = useId();

  const ready = datasets ?? [];
  const chosen = ready.find(({ id }) => id === dataset) ?? ready[0];
  const chosenSample = samples.find(({ key }) => key === sample) ?? samples[0];
  const chosenTarget = target ?? chosen?.target ?? chosen?.suggested_targets[0]?.column ?? "";
  const canCreate = start === "blank" || (start === "dataset" ? chosen !== undefined : chosenSample !== undefined);

  const make = async (): Promise<Workflow> => {
    if (start === "sample" && chosenSample) {
      const added = await addSample(chosenSample.key);
      return createWorkflow({ name: name.trim() || added.name, dataset: added.id });
    }
    if (start === "dataset" && chosen) {
      const body = { name: name.trim() || chosen.name, dataset: chosen.id };
      return createWorkflow(chosenTarget ? { ...body, target: chosenTarget } : body);
    }
    return createWorkflow({ name: name.trim() || words.create.untitled });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      const made = await make();
      void client.invalidateQueries({ queryKey: keys.list });
      void client.invalidateQueries({ queryKey: ["datasets"] });
      onCreated(made);
    } catch (reason) {
      setError(reason);
      setIsBusy(false);
    }
  };

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={words.create.title}>
      <form onSubmit={submit} className="grid gap-4">
        <fieldset className="grid gap-2">
          <legend className="mb-1 font-medium text-sm">{words.create.from}</legend>
          {starts.map(({ value, label, help }) => (
            <label key={value} htmlFor={`${group}-${value}`} className="flex items-start gap-2">
              <input
                id={`${group}-${value}`}
                type="radio"
                name={group}
                className="mt-1 accent-(--c-accent)"
                checked={start === value}
                onChange={() => setStart(value)}
              />
              <span>
                {label}
                {help && <span className="block text-muted text-sm">{help}</span>}
              </span>
            </label>
          ))}
        </fieldset>
        {start === "dataset" && ready.length === 0 && <p className="text-muted">{words.create.noDatasets}</p>}
        {start === "dataset" && chosen && (
          <>
            <Field label={words.create.choose}>
              {(wired) => (
                <Select
                  {...wired}
                  value={chosen.id}
                  onChange={(event) => {
                    setDataset(event.target.value);
                    setTarget(null);
                  }}
                >
                  {ready.map((each) => (
                    <option key={each.id} value={each.id}>
                      {each.name} · {formatCount(each.n_rows)} × {formatCount(each.n_columns)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label={words.create.target} help={words.create.targetHelp}>
              {(wired) => (
                <Select {...wired} value={chosenTarget} onChange={(event) => setTarget(event.target.value)}>
                  {chosen.columns.map((column) => (
                    <option key={column.name} value={column.name}>
                      {column.name} · {column.kind}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </>
        )}
        {start === "sample" && chosenSample && (
          <Field label={words.create.sample} help={chosenSample.about}>
            {(wired) => (
              <Select {...wired} value={chosenSample.key} onChange={(event) => setSample(event.target.value)}>
                {samples.map((each) => (
                  <option key={each.key} value={each.key}>
                    {each.name} · {formatCount(each.n_rows)} × {formatCount(each.n_columns)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        <Field label={words.create.name} help={start === "blank" ? undefined : words.create.nameHelp}>
          {(wired) => (
            <Input {...wired} value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <InlineError error={error} />
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={isBusy || !canCreate}>
            {words.create.verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

"use client";
/** Takes a workflow file in: says what it holds, and asks for the datasets that are not here. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { ImportPlan, Workflow } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/error-state";
import { Field, Input, Select } from "@/ui/field";
import { checkImport, importWorkflow } from "./library-queries";
import { words } from "./library-words";
import { addSample, datasetsQuery, keys } from "./queries";

const text = words.import;
const SAMPLE = "sample:";

type Opened = { document: unknown; plan: ImportPlan };
type Props = { onClose: () => void; onImported: (workflow: Workflow) => void };

export function ImportWorkflow({ onClose, onImported }: Props) {
  const client = useQueryClient();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const read = async (file: File | undefined) => {
    setOpened(null);
    setChosen({});
    setError(null);
    if (!file) return;
    try {
      const document = parsed(file.name, await file.text());
      const plan = await checkImport(document);
      setOpened({ document, plan });
      setName(plan.name);
    } catch (reason) {
      setError(reason);
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!opened) return;
    setIsBusy(true);
    setError(null);
    try {
      const datasets: Record<string, string | null> = {};
      for (const wanted of opened.plan.datasets) {
        const choice = choiceFor(wanted, chosen);
        const isSample = choice.startsWith(SAMPLE);
        datasets[wanted.key] = isSample ? (await addSample(choice.slice(SAMPLE.length))).id : choice || null;
      }
      const made = await importWorkflow({ document: opened.document, name: name.trim(), datasets });
      void client.invalidateQueries({ queryKey: keys.list });
      void client.invalidateQueries({ queryKey: ["datasets"] });
      onImported(made);
    } catch (reason) {
      setError(reason);
      setIsBusy(false);
    }
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={text.title} description={text.text}>
      <form onSubmit={submit} className="grid gap-4">
        <Field label={text.file} help={opened ? text.nodes(opened.plan.n_nodes) : undefined}>
          {(wired) => (
            <Input
              {...wired}
              type="file"
              accept=".json,application/json"
              className="py-1"
              onChange={(event) => void read(event.target.files?.[0])}
            />
          )}
        </Field>
        {opened && (
          <>
            <Field label={text.name}>
              {(wired) => (
                <Input {...wired} value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
              )}
            </Field>
            {opened.plan.datasets.map((wanted) => (
              <DatasetChoice
                key={wanted.key}
                wanted={wanted}
                value={choiceFor(wanted, chosen)}
                onChange={(value) => setChosen({ ...chosen, [wanted.key]: value })}
              />
            ))}
            {opened.plan.unknown_kinds.length > 0 && (
              <p className="text-sm text-warn">{text.unknown(opened.plan.unknown_kinds.join(", "))}</p>
            )}
          </>
        )}
        <InlineError error={error} />
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={!opened || isBusy || name.trim() === ""}>
            {text.verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type Wanted = ImportPlan["datasets"][number];

function DatasetChoice({
  wanted,
  value,
  onChange,
}: {
  wanted: Wanted;
  value: string;
  onChange: (value: string) => void;
}) {
  const datasets = useQuery(datasetsQuery).data?.items.filter(({ state }) => state !== "failed") ?? [];
  return (
    <Field label={text.wanted(wanted.name)} help={text.datasetHelp[wanted.matched_by ?? "none"]}>
      {(wired) => (
        <Select {...wired} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{text.later}</option>
          {wanted.sample && <option value={SAMPLE + wanted.sample}>{text.addSample(wanted.sample)}</option>}
          {wanted.match && !datasets.some(({ id }) => id === wanted.match?.id) && (
            <option value={wanted.match.id}>{wanted.match.name}</option>
          )}
          {datasets.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** What was chosen; else the match that is sure, else the sample that would do. */
function choiceFor(wanted: Wanted, chosen: Record<string, string>): string {
  const proposed = wanted.is_sure && wanted.match ? wanted.match.id : wanted.sample ? SAMPLE + wanted.sample : "";
  return chosen[wanted.key] ?? proposed;
}

function parsed(name: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new Error(text.notJson(name));
  }
}

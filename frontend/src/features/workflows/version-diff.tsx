"use client";
/** What changed between two versions, side by side: nodes with their parameters, connections, notes. */
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, ArrowLeftRight, ArrowRight } from "lucide-react";
import { useState } from "react";
import { kindsQuery } from "@/api/kinds";
import type { DiffValue, GraphDiff, WorkflowVersion } from "@/api/types";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { TableSkeleton } from "@/ui/skeleton";
import { diffQuery } from "./library-queries";
import { words } from "./library-words";
import { datasetsQuery } from "./queries";
import { parameterLabel, valueText } from "./version-diff-text";

const text = words.diff;
const tones = { added: "good", removed: "bad", changed: "info" } as const;

type Props = {
  workflow: string;
  versions: WorkflowVersion[];
  first: number;
  second: number;
  onBack: () => void;
};

export function VersionDiff({ workflow, versions, first, second, onBack }: Props) {
  const [before, setBefore] = useState(Math.min(first, second));
  const [after, setAfter] = useState(Math.max(first, second));
  const diff = useQuery(diffQuery(workflow, before, after));
  const swap = () => {
    setBefore(after);
    setAfter(before);
  };
  return (
    <div className="grid gap-4">
      <Button look="quiet" className="justify-self-start" onClick={onBack}>
        <ArrowLeft />
        {words.versions.back}
      </Button>
      <div className="flex items-end gap-2">
        <Choice label={text.before} value={before} versions={versions} onChange={setBefore} />
        <Button look="quiet" size="icon" aria-label={text.swap} onClick={swap}>
          <ArrowLeftRight />
        </Button>
        <Choice label={text.after} value={after} versions={versions} onChange={setAfter} />
      </div>
      {diff.isPending && <TableSkeleton label={text.loading} rows={4} />}
      {diff.error && <ErrorState error={diff.error} title={text.failed} retry={() => void diff.refetch()} />}
      {diff.data && <Differences diff={diff.data} />}
    </div>
  );
}

type ChoiceProps = { label: string; value: number; versions: WorkflowVersion[]; onChange: (n: number) => void };

function Choice({ label, value, versions, onChange }: ChoiceProps) {
  const isListed = versions.some(({ number }) => number === value);
  return (
    <div className="min-w-0 flex-1">
      <Field label={label}>
        {(wired) => (
          <Select {...wired} value={value} onChange={(event) => onChange(Number(event.target.value))}>
            {!isListed && <option value={value}>{text.option(value, null)}</option>}
            {versions.map(({ number, label: name }) => (
              <option key={number} value={number}>
                {text.option(number, name)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}

function Differences({ diff }: { diff: GraphDiff }) {
  const isSame = diff.nodes.length + diff.connections.length + diff.others.length === 0;
  return (
    <div className="grid gap-4" aria-live="polite">
      {isSame && <p>{text.same}</p>}
      {diff.nodes.map((node) => (
        <section key={`${node.id} ${node.change}`} className="overflow-hidden rounded-md border border-line">
          <h3 className="flex flex-wrap items-center gap-2 bg-sunken px-3 py-2 font-medium">
            {node.title}
            <Badge tone={tones[node.change]}>{text[node.change]}</Badge>
          </h3>
          {node.parameters.length > 0 && <Values values={node.parameters} />}
        </section>
      ))}
      {diff.others.length > 0 && (
        <section className="overflow-hidden rounded-md border border-line">
          <h3 className="bg-sunken px-3 py-2 font-medium">{text.others}</h3>
          <Values values={diff.others} />
        </section>
      )}
      {diff.connections.length > 0 && (
        <section className="grid gap-1">
          <h3 className="font-medium">{text.connections}</h3>
          <ul className="grid gap-1">
            {diff.connections.map((link) => (
              <li
                key={`${link.change} ${link.from_node} ${link.from_port} ${link.to_node} ${link.to_port}`}
                className="flex flex-wrap items-center gap-2"
              >
                <Badge tone={tones[link.change]}>{text[link.change]}</Badge>
                {link.from_title}
                <ArrowRight aria-label="to" className="size-4 text-muted" />
                {link.to_title}
              </li>
            ))}
          </ul>
        </section>
      )}
      {diff.moved.length > 0 && <p className="text-muted text-sm">{text.moved(diff.moved.length)}</p>}
    </div>
  );
}

/** Parameters before and after: two columns, one above the other on a phone. */
function Values({ values }: { values: readonly DiffValue[] }) {
  const engines = useQuery(kindsQuery).data?.engine ?? [];
  const datasets = useQuery(datasetsQuery).data?.items ?? [];
  const name = (id: string) =>
    datasets.find((dataset) => dataset.id === id)?.name ?? engines.find(({ kind }) => kind === id)?.title;
  return (
    <table className="w-full table-fixed text-sm">
      <thead className="text-left text-muted">
        <tr>
          <th className="w-1/4 px-3 py-1 font-normal">{text.parameter}</th>
          <th className="px-3 py-1 font-normal">{text.before}</th>
          <th className="px-3 py-1 font-normal">{text.after}</th>
        </tr>
      </thead>
      <tbody>
        {values.map((value) => (
          <tr key={value.path} className="border-line border-t align-top">
            <th className="break-words px-3 py-1 text-left font-normal">{parameterLabel(value.path)}</th>
            <td className="break-words bg-bad-soft px-3 py-1">{valueText(value.before, name)}</td>
            <td className="break-words bg-good-soft px-3 py-1">{valueText(value.after, name)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

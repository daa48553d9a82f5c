"use client";
/** Each model against one of them, on the very rows that both were scored on. */
import { useQuery } from "@tanstack/react-query";
import { cx } from "class-variance-authority";
import { useState } from "react";
import type { Difference, ModelSummary, Paired } from "@/api/types";
import { formatInterval, formatMetric, MISSING } from "@/lib/format";
import { ErrorState } from "@/ui/error-state";
import { Field, Select } from "@/ui/field";
import { TableSkeleton } from "@/ui/skeleton";
import { Frame, ModelHead } from "./compare-tables";
import { pairedQuery } from "./queries";
import { words } from "./words";

const said = words.comparison;

export function PairedTests({ ids, models }: { ids: string[]; models: readonly ModelSummary[] }) {
  const [against, setAgainst] = useState(models[0]?.id ?? "");
  const tests = useQuery(pairedQuery(ids, against));
  return (
    <div className="grid min-w-0 gap-3">
      <p className="max-w-[72ch] text-muted text-sm">{said.pairedHelp}</p>
      <div className="max-w-72">
        <Field label={said.against}>
          {(wired) => (
            <Select {...wired} value={against} onChange={(event) => setAgainst(event.target.value)}>
              {models.map((model) => (
                <option key={model.id} value={model.id}>
                  {model.name}, {words.versions.named(model.version).toLowerCase()}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {tests.error && <ErrorState title={said.pairedFailed} error={tests.error} retry={() => void tests.refetch()} />}
      {tests.isPending && <TableSkeleton label={said.testing} rows={4} />}
      {tests.data && <Tests tests={tests.data} models={models} />}
    </div>
  );
}

function Tests({ tests, models }: { tests: readonly Paired[]; models: readonly ModelSummary[] }) {
  const modelOf = (test: Paired) => models.find((model) => model.id === test.model_id);
  const done = tests.filter((test) => test.unavailable === null);
  const shown = done.flatMap((test) => modelOf(test) ?? []);
  const lines = done[0]?.differences ?? [];
  return (
    <>
      {tests.map((test) => {
        const model = modelOf(test);
        return (
          test.unavailable !== null &&
          model && (
            <p key={test.model_id} className="max-w-[72ch]">
              <span className="font-medium">
                {model.name}, {words.versions.named(model.version).toLowerCase()}:
              </span>{" "}
              {test.unavailable}
            </p>
          )
        );
      })}
      {done.length > 0 && (
        <Frame>
          <ModelHead first={said.metric} models={shown} />
          <tbody>
            {lines.map((line) => (
              <tr key={line.name} className="border-line border-b align-top">
                <th scope="row" className="py-1.5 pr-4 text-left font-normal">
                  {line.label}
                  {!line.higher_is_better && <span className="block text-muted text-xs">{said.lower}</span>}
                </th>
                {done.map((test) => (
                  <td key={test.model_id} className="py-1.5 pl-4 text-right">
                    <DifferenceCell difference={test.differences.find((each) => each.name === line.name)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </Frame>
      )}
      {done.map(
        (test) =>
          test.mcnemar && (
            <p key={test.model_id} className="numbers max-w-[72ch] text-sm">
              <span className="text-muted">{words.versions.named(modelOf(test)?.version ?? 0)}:</span>{" "}
              {said.mcnemar(test.mcnemar.n_only_second, test.mcnemar.n_only_first, pText(test.mcnemar.p_value))}
            </p>
          ),
      )}
    </>
  );
}

function DifferenceCell({ difference }: { difference: Difference | undefined }) {
  if (difference?.difference == null) {
    return <span title={difference?.unavailable ?? undefined}>{MISSING}</span>;
  }
  const isBetter = difference.difference > 0 === difference.higher_is_better;
  const verdict = isBetter ? said.better : said.worse;
  return (
    <>
      <span className="font-medium">
        {difference.difference > 0 ? "+" : ""}
        {formatMetric(difference.difference)}
      </span>
      {difference.interval ? (
        <>
          <span className="block whitespace-nowrap text-muted text-xs">{formatInterval(difference.interval)}</span>
          <span
            className={cx(
              "block text-xs",
              difference.is_certain ? (isBetter ? "text-good" : "text-bad") : "text-muted",
            )}
          >
            {difference.is_certain ? verdict : said.chance}
          </span>
        </>
      ) : (
        <span className="block text-muted text-xs" title={difference.unavailable ?? undefined}>
          {said.noInterval}
        </span>
      )}
    </>
  );
}

const pText = (p: number) => (p < 0.001 ? "< 0.001" : p.toFixed(3));

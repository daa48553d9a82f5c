"use client";
/** What belongs to a model beside its metrics: signature, parameters, training rows, card. */
import { useQuery } from "@tanstack/react-query";
import { kindsQuery } from "@/api/kinds";
import type { Model, Signature, SignatureInput } from "@/api/types";
import { labelOf } from "@/forms/schema";
import { download, fileName } from "@/lib/download";
import { formatCount, formatFraction, formatNumber, MISSING } from "@/lib/format";
import { Button } from "@/ui/button";
import { leaves } from "./metrics";
import { words } from "./words";

export function KeyValues({ items }: { items: readonly [string, unknown][] }) {
  if (items.length === 0) return <p className="text-muted">{MISSING}</p>;
  return (
    <dl className="numbers grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
      {items.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words">{plain(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** An engine's parameters: what somebody chose, then what stands as it came. */
export function Parameters({ engine, parameters }: { engine: string; parameters: Model["parameters"] }) {
  const kinds = useQuery(kindsQuery).data;
  const fields = kinds?.engine?.find((card) => card.kind === engine)?.schema.properties;
  const items = leaves(parameters)
    .filter(([name]) => name !== "kind")
    .map(([name, value]) => {
      const known = (fields as Record<string, { default?: unknown }> | undefined)?.[name];
      return {
        label: name
          .split(".")
          .map((part) => labelOf(part))
          .join(": "),
        value,
        isDefault: known?.default === value,
      };
    });
  const chosen = items.filter((item) => !item.isDefault);
  const kept = items.filter((item) => item.isDefault);
  const pairs = (of: typeof items): [string, unknown][] => of.map(({ label, value }) => [label, value]);
  return (
    <div className="grid gap-2">
      {chosen.length > 0 ? <KeyValues items={pairs(chosen)} /> : <p className="text-muted">{words.allDefaults}</p>}
      {kept.length > 0 && (
        <details>
          <summary className="text-muted text-sm">{words.defaults(kept.length)}</summary>
          <div className="pt-1">
            <KeyValues items={pairs(kept)} />
          </div>
        </details>
      )}
    </div>
  );
}

export function plain(value: unknown): string {
  if (value === null || value === undefined) return MISSING;
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value)) return value.map(plain).join(", ") || MISSING;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function SignatureList({ signature }: { signature: Signature }) {
  return (
    <div className="grid gap-2">
      <div className="relative max-h-80 overflow-auto">
        <table className="numbers w-full text-sm">
          <thead>
            <tr className="border-line border-b text-left text-muted">
              <th scope="col" className="py-1 pr-3 font-medium">
                {words.input.name}
              </th>
              <th scope="col" className="py-1 pr-3 font-medium">
                {words.input.kind}
              </th>
              <th scope="col" className="py-1 font-medium">
                {words.input.range}
              </th>
            </tr>
          </thead>
          <tbody>
            {signature.inputs.map((input) => (
              <tr key={input.name} className="border-line border-b align-top">
                <th scope="row" className="py-1 pr-3 text-left font-normal">
                  {input.name}
                </th>
                <td className="py-1 pr-3 text-muted">{input.kind}</td>
                <td className="max-w-[24ch] truncate py-1" title={rangeText(input)}>
                  {rangeText(input)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="text-muted text-sm">{words.output(signature.output.name, signature.output.classes)}</p>
    </div>
  );
}

export function rangeText(input: SignatureInput): string {
  if (input.categories.length > 0) return input.categories.join(", ");
  if (input.minimum === null || input.maximum === null) return MISSING;
  return `${formatNumber(input.minimum)} to ${formatNumber(input.maximum)}`;
}

/** A column as the training profile has it: numbers with quantiles, dates with ends, others with frequent values. */
type ColumnFacts = {
  name: string;
  n_missing: number;
  p50?: number | null;
  min?: number | null;
  max?: number | null;
  first?: string | null;
  last?: string | null;
  top_values?: { value: string; count: number }[];
};

/** What each column looked like when the model learned. */
export function TrainingProfile({ profile }: { profile: Record<string, unknown> }) {
  const columns = Array.isArray(profile.columns) ? (profile.columns as ColumnFacts[]) : [];
  const nRows = typeof profile.n_rows === "number" ? profile.n_rows : 0;
  return (
    <div className="grid gap-2">
      <p className="text-muted text-sm">{words.trainingHelp}</p>
      <p className="numbers text-sm">{words.trainingRows(formatCount(nRows))}</p>
      {columns.length > 0 && (
        <div className="relative max-h-80 overflow-auto">
          <table className="numbers w-full text-sm">
            <thead>
              <tr className="border-line border-b text-left text-muted">
                <th scope="col" className="py-1 pr-3 font-medium">
                  {words.profile.column}
                </th>
                <th scope="col" className="py-1 pr-3 text-right font-medium">
                  {words.profile.missing}
                </th>
                <th scope="col" className="py-1 pr-3 font-medium">
                  {words.profile.centre}
                </th>
                <th scope="col" className="py-1 font-medium">
                  {words.profile.spread}
                </th>
              </tr>
            </thead>
            <tbody>
              {columns.map((column) => (
                <tr key={column.name} className="border-line border-b">
                  <th scope="row" className="py-1 pr-3 text-left font-normal">
                    {column.name}
                  </th>
                  <td className="py-1 pr-3 text-right">
                    {nRows > 0 ? formatFraction(column.n_missing / nRows) : MISSING}
                  </td>
                  <td className="max-w-[20ch] truncate py-1 pr-3">{middle(column)}</td>
                  <td className="whitespace-nowrap py-1">{spread(column)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function middle(column: ColumnFacts): string {
  return column.p50 == null ? (column.top_values?.[0]?.value ?? MISSING) : formatNumber(column.p50);
}

function spread({ min, max, first, last }: ColumnFacts): string {
  if (min != null && max != null) return `${formatNumber(min)} to ${formatNumber(max)}`;
  return first && last ? `${first} to ${last}` : MISSING;
}

export function ModelCard({ text }: { text: string }) {
  if (!text) return null;
  return (
    <details>
      <summary className="font-semibold">{words.card}</summary>
      <div className="grid gap-2 pt-2">
        <pre className="max-h-96 overflow-auto whitespace-pre-wrap rounded-md border border-line bg-sunken p-3 font-mono text-xs">
          {text}
        </pre>
        <Button
          size="sm"
          className="justify-self-start"
          onClick={() => download(fileName(words.card, "md"), text, "text/markdown;charset=utf-8")}
        >
          {words.download}
        </Button>
      </div>
    </details>
  );
}

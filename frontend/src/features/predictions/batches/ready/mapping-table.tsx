"use client";
/** A line for every column that the model needs: which column of the file it is, and what stands in that. */
import { TriangleAlert } from "lucide-react";
import type { Cell, SignatureInput } from "@/api/types";
import { Select } from "@/ui/field";
import type { Batch } from "../types";
import { words } from "../words";
import { isNeeded } from "./mapping";

const EXAMPLES = 3;
const EXAMPLE_LENGTH = 60;

type Props = {
  batch: Batch;
  inputs: readonly SignatureInput[];
  mapping: Batch["mapping"];
  missing: readonly string[];
  onChange: (mapping: Batch["mapping"]) => void;
};

export function MappingTable({ batch, inputs, mapping, missing, onChange }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={words.map.title} tabIndex={0} className="overflow-x-auto">
      <table className="w-full text-sm">
        <thead>
          <tr className="border-line border-b text-left text-muted">
            <th scope="col" className="py-1.5 pr-3 font-medium">
              {words.map.model}
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              {words.map.file}
            </th>
            <th scope="col" className="py-1.5 pl-3 font-medium max-md:hidden">
              {words.map.examples}
            </th>
          </tr>
        </thead>
        <tbody>
          {inputs.map((input) => (
            <Line
              key={input.name}
              input={input}
              batch={batch}
              chosen={mapping[input.name] ?? null}
              isOptional={!isNeeded(input, inputs)}
              isMissing={missing.includes(input.name)}
              onChoose={(column) => onChange({ ...mapping, [input.name]: column })}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

type LineProps = {
  input: SignatureInput;
  batch: Batch;
  chosen: string | null;
  isOptional: boolean;
  isMissing: boolean;
  onChoose: (column: string | null) => void;
};

function Line({ input, batch, chosen, isOptional, isMissing, onChoose }: LineProps) {
  const examples = batch.columns.find(({ name }) => name === chosen)?.examples ?? [];
  return (
    <tr className="border-line border-b align-top">
      <th scope="row" className="max-w-[24ch] break-words py-2 pr-3 text-left font-medium">
        <bdi>{input.name}</bdi>
        <span className="block font-normal text-muted text-xs">
          {isOptional ? `${input.kind}, ${words.map.optional}` : input.kind}
        </span>
      </th>
      <td className="w-64 max-w-[46vw] px-3 py-2">
        <Select
          aria-label={`${words.map.file}: ${input.name}`}
          aria-invalid={isMissing || undefined}
          value={chosen ?? ""}
          onChange={(event) => onChoose(event.target.value || null)}
        >
          <option value="">{words.map.nothing}</option>
          {batch.columns.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
        {isMissing && (
          <span className="flex items-center gap-1 pt-1 text-bad text-xs">
            <TriangleAlert aria-hidden className="size-3.5" />
            {words.map.required}
          </span>
        )}
      </td>
      <td className="max-w-[60ch] py-2 pl-3 text-muted max-md:hidden">
        {examples.slice(0, EXAMPLES).map((example, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: examples may be the same and do not move
          <span key={at} className="block truncate" dir="auto">
            {exampleText(example)}
          </span>
        ))}
      </td>
    </tr>
  );
}

function exampleText(value: Cell): string {
  if (value === null || value === "") return "–";
  const text = String(value);
  return text.length > EXAMPLE_LENGTH ? `${text.slice(0, EXAMPLE_LENGTH)} …` : text;
}

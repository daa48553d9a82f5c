"use client";
/** The values of one row and its label; a long text is cut until all of it is asked for. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/ui/button";
import { ErrorText } from "@/ui/error-state";
import { Missing } from "@/ui/table";
import { wholeRowQuery } from "../queries";
import type { Batch, ResultRow } from "../types";
import { words } from "../words";
import { isCut } from "./cells";

export function RowInputs({ batch, row }: { batch: Batch; row: ResultRow }) {
  const [isAll, setIsAll] = useState(false);
  const whole = useQuery({ ...wholeRowQuery(batch.id, row.row), enabled: isAll });
  const inputs = whole.data?.inputs ?? row.inputs;
  const values: [string, unknown][] = batch.signature.inputs.map(({ name }) => [name, inputs[name]]);
  if (row.label !== null) values.push([words.facts.label, row.label]);
  const hasMore = whole.data === undefined && Object.values(row.inputs).some(isCut);
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <h3 className="font-semibold">{words.row.inputs}</h3>
      <dl className="grid grid-cols-[minmax(0,1fr)] gap-2">
        {values.map(([name, value]) => (
          <div key={name} className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
            <dt className="break-words text-muted text-sm">
              <bdi>{name}</bdi>
            </dt>
            <dd>
              <Value value={value} />
            </dd>
          </div>
        ))}
      </dl>
      {hasMore && (
        <div>
          <Button size="sm" disabled={isAll && whole.isFetching} onClick={() => setIsAll(true)}>
            {words.row.showAll}
          </Button>
        </div>
      )}
      {whole.error && <ErrorText error={whole.error} />}
    </section>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === "") return <Missing />;
  return (
    <p dir="auto" className="max-h-80 overflow-y-auto whitespace-pre-wrap break-words [overflow-wrap:anywhere]">
      {String(value)}
    </p>
  );
}

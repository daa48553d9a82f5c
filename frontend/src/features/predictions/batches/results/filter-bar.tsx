"use client";
/** Search, class, which rows, confidence and label; everything stands in the address. */
import { Copy } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { useDebounced } from "@/lib/debounced";
import { Button } from "@/ui/button";
import { Input, Select } from "@/ui/field";
import { type Filters, isFiltered } from "../filters";
import type { Batch } from "../types";
import { words } from "../words";

const TYPING_MS = 300;

type Props = {
  batch: Batch;
  filters: Filters;
  onChange: (change: Filters) => void;
  onClear: () => void;
  onCopy: () => void;
  /** Rows with these filters, or null while they are counted. */
  total: number | null;
};

export function FilterBar({ batch, filters, onChange, onClear, onCopy, total }: Props) {
  const { classes } = batch.signature.output;
  const all = batch.n_done;
  // Without a threshold every row is sure.
  const only = [batch.not_sure_below !== null && "unsure", "failed", "corrected"] as const;
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 py-2">
      <Typed
        type="search"
        label={words.filters.search}
        placeholder={words.filters.searchHint}
        className="w-full sm:w-56"
        value={filters.search ?? ""}
        onChange={(search) => onChange({ search })}
      />
      {classes && (
        <div className="w-36 max-md:w-[calc(50%-4px)]">
          <Select
            aria-label={words.filters.className}
            value={filters.class ?? ""}
            onChange={(event) => onChange({ class: event.target.value })}
          >
            <option value="">{words.filters.anyClass}</option>
            {classes.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </div>
      )}
      <div className="w-32 max-md:w-[calc(50%-4px)]">
        <Select
          aria-label={words.filters.only}
          value={filters.only ?? ""}
          onChange={(event) => onChange({ only: event.target.value })}
        >
          <option value="">{words.filters.all}</option>
          {only.map(
            (each) =>
              each && (
                <option key={each} value={each}>
                  {words.filters[each]}
                </option>
              ),
          )}
        </Select>
      </div>
      {classes && <Confidence filters={filters} onChange={onChange} />}
      {batch.label_column !== null && (
        <Typed
          label={words.filters.label}
          placeholder={words.filters.anyLabel}
          className="w-32 max-md:min-w-24 max-md:flex-1"
          value={filters.label ?? ""}
          onChange={(label) => onChange({ label })}
        />
      )}
      {isFiltered(filters) && (
        <Button size="sm" look="quiet" onClick={onClear}>
          {words.filters.clear}
        </Button>
      )}
      <Button look="quiet" size="icon-sm" aria-label={words.table.copy} title={words.table.copy} onClick={onCopy}>
        <Copy />
      </Button>
      <span className="numbers ml-auto text-muted text-sm" role="status">
        {total !== null && (isFiltered(filters) ? words.filters.foundOf(total, all) : words.filters.found(total))}
      </span>
    </div>
  );
}

/** In percent on the page, a fraction in the address. */
function Confidence({ filters, onChange }: Pick<Props, "filters" | "onChange">) {
  return (
    <span className="inline-flex items-center gap-1 text-muted text-sm">
      <span className="max-md:sr-only">{words.filters.confidence}</span>
      <Typed
        type="number"
        min={0}
        max={100}
        label={words.filters.from}
        placeholder="0"
        className="w-16"
        value={asPercent(filters.min_confidence)}
        onChange={(text) => onChange({ min_confidence: asFraction(text) })}
      />
      {words.filters.to}
      <Typed
        type="number"
        min={0}
        max={100}
        label={words.filters.upTo}
        placeholder="100"
        className="w-16"
        value={asPercent(filters.max_confidence)}
        onChange={(text) => onChange({ max_confidence: asFraction(text) })}
      />
      {words.filters.percent}
    </span>
  );
}

const asPercent = (fraction: string | undefined) => (fraction ? String(Math.round(Number(fraction) * 1000) / 10) : "");

function asFraction(percent: string): string {
  const value = Number(percent);
  return percent === "" || !Number.isFinite(value) ? "" : String(Math.min(1, Math.max(0, value / 100)));
}

type TypedProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className: string;
  placeholder?: string;
  type?: string;
  min?: number;
  max?: number;
};

/** An input that waits until typing rests, and follows when the filters are cleared. */
function Typed({ label, value, onChange, className, ...rest }: TypedProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const settled = useDebounced(text, TYPING_MS);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  const send = useEffectEvent((next: string) => next === text && next !== value && onChange(next));
  useEffect(() => {
    send(settled);
  }, [settled]);
  return (
    <div className={className}>
      <Input {...rest} aria-label={label} value={text} onChange={(event) => setText(event.target.value)} />
    </div>
  );
}

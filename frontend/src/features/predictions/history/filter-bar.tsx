"use client";
/** Narrows the history: each choice stands in the address at once, words once they were typed. */
import { SlidersHorizontal } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { ModelSummary } from "@/api/types";
import { fieldError } from "@/lib/api-error";
import { useDebounced } from "@/lib/debounced";
import { Button } from "@/ui/button";
import { Input, Select } from "@/ui/field";
import { type Filters, isFiltered, type Name, NO_FILTERS } from "./filters";
import { words } from "./words";

const AFTER_MS = 300;

type Props = {
  filters: Filters;
  onChange: (change: Partial<Record<Name, string | null>>) => void;
  classes: readonly string[] | null;
  versions: readonly ModelSummary[];
  /** What the server said about a filter. */
  error: unknown;
  /** At the right end. */
  children: ReactNode;
};

export function FilterBar({ filters, onChange, classes, versions, error, children }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const n = Object.keys(filters).length;
  return (
    <search className="flex items-start gap-2 px-4 py-3">
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
        <Typed
          name="q"
          type="search"
          className="md:max-w-52 max-md:min-w-32 max-md:flex-1"
          label={words.filters.search}
          placeholder={words.filters.search}
          value={filters.q}
          onChange={onChange}
        />
        <Button className="md:hidden" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <SlidersHorizontal />
          {words.filters.title}
          {n > 0 && ` · ${n}`}
        </Button>
        <div className={isOpen ? "contents" : "contents max-md:hidden"}>
          <Choices filters={filters} onChange={onChange} classes={classes} versions={versions} error={error} />
        </div>
        {isFiltered(filters) && (
          <Button look="quiet" size="sm" onClick={() => onChange(NO_FILTERS)}>
            {words.clear}
          </Button>
        )}
      </div>
      {children}
    </search>
  );
}

function Choices({ filters, onChange, classes, versions, error }: Omit<Props, "children">) {
  return (
    <>
      {classes && (
        <Choice name="class" label={words.filters.class} value={filters.class} onChange={onChange}>
          <option value="">{words.filters.anyClass}</option>
          {classes.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Choice>
      )}
      {classes && (
        <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-muted text-sm">
          {words.filters.min}
          <Typed
            name="min"
            label={`${words.filters.min} ${words.filters.percent}`}
            error={fieldError(error, "min_confidence")}
            className="numbers max-w-14 text-right"
            inputMode="decimal"
            placeholder="0"
            value={filters.min}
            onChange={onChange}
          />
          {words.filters.max}
          <Typed
            name="max"
            label={`${words.filters.max} ${words.filters.percent}`}
            error={fieldError(error, "max_confidence")}
            className="numbers max-w-14 text-right"
            inputMode="decimal"
            placeholder="100"
            value={filters.max}
            onChange={onChange}
          />
          {words.filters.percent}
        </span>
      )}
      <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-muted text-sm">
        {words.filters.since}
        <Day name="from" label={words.filters.since} value={filters.from} onChange={onChange} />
      </span>
      <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-muted text-sm">
        {words.filters.until}
        <Day name="until" label={words.filters.until} value={filters.until} onChange={onChange} />
      </span>
      <Choice name="status" label={words.filters.status} value={filters.status} onChange={onChange}>
        <option value="">{words.filters.anyStatus}</option>
        <option value="succeeded">{words.filters.succeeded}</option>
        <option value="failed">{words.filters.failed}</option>
      </Choice>
      {versions.length > 1 && (
        <Choice name="by" label={words.filters.version} value={filters.by} onChange={onChange}>
          <option value="">{words.filters.anyVersion}</option>
          {versions.map(({ version }) => (
            <option key={version} value={version}>
              {words.filters.ofVersion(version)}
            </option>
          ))}
        </Choice>
      )}
    </>
  );
}

type OneProps = {
  name: Name;
  label: string;
  value: string | undefined;
  onChange: (change: Partial<Record<Name, string | null>>) => void;
};

const Choice = ({ name, label, value, onChange, children }: OneProps & { children: ReactNode }) => (
  <Select
    aria-label={label}
    className="max-w-34"
    value={value ?? ""}
    onChange={(event) => onChange({ [name]: event.target.value })}
  >
    {children}
  </Select>
);

const Day = ({ name, label, value, onChange }: OneProps) => (
  <Input
    type="date"
    aria-label={label}
    className="max-w-36"
    value={value ?? ""}
    onChange={(event) => onChange({ [name]: event.target.value })}
  />
);

type TypedProps = OneProps & {
  error?: string;
  type?: "search";
  inputMode?: "decimal";
  className?: string;
  placeholder?: string;
};

/** Goes into the address once the typing stops; follows the address when that changes otherwise. */
function Typed({ name, label, value = "", onChange, error, ...rest }: TypedProps) {
  const [text, setText] = useState(value);
  const [last, setLast] = useState(value);
  const settled = useDebounced(text, AFTER_MS);
  if (value !== last) {
    setLast(value);
    if (value !== text.trim()) setText(value);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed goes into the address
  useEffect(() => {
    if (settled === text && settled.trim() !== value) onChange({ [name]: settled.trim() });
  }, [settled]);
  return (
    <Input
      aria-label={label}
      aria-invalid={error ? true : undefined}
      title={error}
      value={text}
      onChange={(event) => setText(event.target.value)}
      {...rest}
    />
  );
}

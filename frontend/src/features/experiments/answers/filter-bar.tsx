"use client";
/** Chooses whose answers are looked at, and which. */
import { type ReactNode, useEffect, useState } from "react";
import { useDebounced } from "@/lib/debounced";
import { Field, Input, Select } from "@/ui/field";
import type { Results } from "../comparison/types";
import { type Filters, whosFor } from "./filters";
import { words } from "./words";

const SETTLED_MS = 300;
const ENDINGS = "ended";

type Props = {
  results: Results;
  /** Names of all configurations, by place. */
  names: readonly string[];
  filters: Filters;
  /** Whether people say what they think of these answers. */
  hasLabels: boolean;
  onChange: (changes: Record<string, string | null>) => void;
};

export function FilterBar({ results, names, filters, hasLabels, onChange }: Props) {
  const scorer = results.scorers.find((each) => each.name === filters.scorer) ?? results.scorers[0];
  const groups = scorer?.groups.map((group) => group.name).sort() ?? [];
  const kinds = (of: "errors" | typeof ENDINGS) => [
    ...new Set(results.configurations.flatMap((row) => Object.keys(row[of]))),
  ];
  const configurations = names.map((name, place): Option => [String(place), name]);
  const set = (name: string) => (value: string) => onChange({ [name]: value || null });
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Choice label={words.first} value={String(filters.first)} options={configurations} onChange={set("first")} />
        <Choice
          label={words.second}
          value={filters.second === null ? "none" : String(filters.second)}
          options={[["none", words.nothingBeside], ...configurations.filter(([at]) => at !== String(filters.first))]}
          onChange={set("second")}
        />
        <Choice
          label={words.who}
          value={filters.who}
          options={whosFor(filters.second !== null).map((who) => [who, words.whos[who]])}
          onChange={(who) => onChange({ who: who === "all" ? null : who })}
        />
        <Choice
          label={words.scorer}
          value={scorer?.name ?? ""}
          options={results.scorers.map((each) => [each.name, each.title])}
          onChange={set("scorer")}
        />
      </div>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-6">
        <Search text={filters.search} onChange={(search) => onChange({ search: search || null })} />
        {groups.length > 0 && (
          <Choice
            label={words.group}
            value={filters.group ?? ""}
            options={[["", words.everyGroup], ...same(groups)]}
            onChange={set("group")}
          />
        )}
        {kinds("errors").length > 0 && (
          <Choice
            label={words.error}
            value={filters.error ?? ""}
            options={[["", words.anyError], ...same(kinds("errors"))]}
            onChange={set("error")}
          />
        )}
        {kinds(ENDINGS).length > 1 && (
          <Choice
            label={words.ended}
            value={filters.ended ?? ""}
            options={[["", words.anyEnd], ...kinds(ENDINGS).map((kind): Option => [kind, words.endings[kind] ?? kind])]}
            onChange={set("ended")}
          />
        )}
        {hasLabels && (
          <Choice
            label={words.labelled}
            value={filters.labelled ?? ""}
            options={[
              ["", words.anyLabel],
              ["yes", words.isLabelled],
              ["no", words.notLabelled],
            ]}
            onChange={set("labelled")}
          />
        )}
        {filters.second !== null && (
          <Choice
            label={words.sort}
            value={filters.sort}
            options={[
              ["place", words.byPlace],
              ["difference", words.byDifference],
            ]}
            onChange={(sort) => onChange({ sort: sort === "place" ? null : sort })}
          />
        )}
      </div>
    </div>
  );
}

type Option = [value: string, label: string];
const same = (names: readonly string[]) => names.map((name): Option => [name, name]);

type ChoiceProps = { label: ReactNode; value: string; options: Option[]; onChange: (value: string) => void };

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <Field label={label}>
      {(wired) => (
        <Select {...wired} value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map(([key, text]) => (
            <option key={key} value={key}>
              {text}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** What is typed is asked for when the writer pauses. */
function Search({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const settled = useDebounced(typed, SETTLED_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed is asked for
  useEffect(() => {
    if (settled !== text) onChange(settled);
  }, [settled]);
  return (
    <Field label={words.search}>
      {(wired) => <Input {...wired} type="search" value={typed} onChange={(event) => setTyped(event.target.value)} />}
    </Field>
  );
}

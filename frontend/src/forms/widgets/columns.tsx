"use client";
/** Choosing among the columns that really arrive at the node. */
import { Calendar, CircleSlash, Fingerprint, Hash, type LucideIcon, Tags, Type } from "lucide-react";
import { useId, useState } from "react";
import type { Column, ColumnKind } from "@/api/types";
import { Button } from "@/ui/button";
import { Checkbox, Input, Select } from "@/ui/field";
import { useSurroundings } from "../form-context";
import { words } from "../words";
import type { ControlProps } from "./control";
import { DraftInput } from "./draft-input";

const ICONS: Record<ColumnKind, LucideIcon> = {
  number: Hash,
  category: Tags,
  text: Type,
  date: Calendar,
  id: Fingerprint,
  constant: CircleSlash,
};

export function KindIcon({ kind }: { kind: ColumnKind }) {
  const Icon = ICONS[kind] ?? Type;
  return <Icon aria-label={kind} role="img" className="size-3.5 shrink-0 text-muted" />;
}

export function ColumnSelect({ field, value, onChange, wired }: ControlProps) {
  const { columns: arriving, datasetColumns, readOnly } = useSurroundings();
  const columns = field.widget === "dataset_column" ? datasetColumns : arriving;
  const chosen = typeof value === "string" ? value : "";
  if (columns === null) {
    return (
      <DraftInput
        {...wired}
        disabled={readOnly}
        placeholder={words.none}
        text={chosen}
        onCommit={(text) => onChange(text || null)}
      />
    );
  }
  const isGone = chosen !== "" && !columns.some((column) => column.name === chosen);
  return (
    <Select {...wired} disabled={readOnly} value={chosen} onChange={(event) => onChange(event.target.value || null)}>
      <option value="">{words.none}</option>
      {isGone && (
        <option value={chosen}>
          {chosen} ({words.gone})
        </option>
      )}
      {columns.map((column) => (
        <option key={column.name} value={column.name}>
          {column.name} · {column.kind}
        </option>
      ))}
    </Select>
  );
}

export function ColumnsSelect({ field, value, onChange, wired }: ControlProps) {
  const { columns, readOnly } = useSurroundings();
  const [query, setQuery] = useState("");
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const gone = chosen.filter((name) => !columns?.some((column) => column.name === name));
  const set = (names: string[]) => onChange(names.length === 0 && field.nullable ? null : names);
  const toggle = (name: string, on: boolean) => set(on ? [...chosen, name] : chosen.filter((other) => other !== name));
  const shown = (columns ?? []).filter((column) => column.name.toLowerCase().includes(query.trim().toLowerCase()));
  const kinds = [...new Set((columns ?? []).map((column) => column.kind))];
  const addAll = (kind: ColumnKind) => {
    const names = (columns ?? []).filter((column) => column.kind === kind).map((column) => column.name);
    set([...new Set([...chosen, ...names])]);
  };
  if (columns === null && chosen.length === 0) return <p className="text-muted text-sm">{words.noColumns}</p>;
  return (
    <div className="rounded-md border border-control">
      <div className="flex items-center gap-2 border-line border-b p-1.5">
        <Input
          {...wired}
          type="search"
          className="h-7 flex-1"
          placeholder={words.searchColumns}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <span className="numbers shrink-0 text-muted text-xs" aria-live="polite">
          {value === null && field.nullable
            ? words.automatic.split(":")[0]
            : words.chosen(chosen.length, columns?.length ?? 0)}
        </span>
      </div>
      {!readOnly && (
        <div className="flex flex-wrap gap-1 border-line border-b px-1.5 py-1">
          {kinds.map((kind) => (
            <Button key={kind} look="quiet" size="sm" className="h-6 text-xs" onClick={() => addAll(kind)}>
              <KindIcon kind={kind} />
              {words.allOf(kind)}
            </Button>
          ))}
          {chosen.length > 0 && (
            <Button look="quiet" size="sm" className="h-6 text-xs" onClick={() => set([])}>
              {words.clear}
            </Button>
          )}
        </div>
      )}
      <fieldset aria-label={field.label} className="max-h-52 min-w-0 overflow-y-auto p-1">
        {gone.map((name) => (
          <Row key={`gone ${name}`} name={name} isOn onToggle={(on) => toggle(name, on)} disabled={readOnly} />
        ))}
        {shown.map((column) => (
          <Row
            key={column.name}
            name={column.name}
            column={column}
            isOn={chosen.includes(column.name)}
            onToggle={(on) => toggle(column.name, on)}
            disabled={readOnly}
          />
        ))}
        {shown.length === 0 && query && <p className="p-1.5 text-muted text-sm">{words.noColumnMatches(query)}</p>}
      </fieldset>
    </div>
  );
}

type RowProps = { name: string; column?: Column; isOn: boolean; disabled: boolean; onToggle: (on: boolean) => void };

function Row({ name, column, isOn, disabled, onToggle }: RowProps) {
  const id = useId();
  return (
    <label htmlFor={id} className="flex min-h-6 items-center gap-2 rounded-sm px-1.5 text-sm hover:bg-hover">
      <Checkbox id={id} disabled={disabled} checked={isOn} onChange={(event) => onToggle(event.target.checked)} />
      {column && <KindIcon kind={column.kind} />}
      <span className="min-w-0 flex-1 truncate">{name}</span>
      {!column && <span className="shrink-0 text-bad text-xs">{words.gone}</span>}
    </label>
  );
}

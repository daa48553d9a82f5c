"use client";
/** Several things of a family, each with the form of its kind: strategies, and scorers of which the first decides. */
import { ArrowUpToLine, ChevronRight, CopyPlus, Plus, X } from "lucide-react";
import { useState } from "react";
import type { Card } from "@/api/types";
import type { JsonSchema } from "@/forms/schema";
import { SchemaForm } from "@/forms/schema-form";
import type { Values } from "@/forms/values";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Field, Input } from "@/ui/field";
import { Section } from "@/ui/page";
import type { Stated } from "./draft";
import { KindPicker } from "./kind-picker";
import { type Problems, problemAt, problemsAt } from "./problems";
import { words } from "./words";

type Props = {
  title: string;
  help: string;
  add: string;
  list: "strategies" | "scorers";
  cards: readonly Card[];
  stated: readonly Stated[];
  problems: Problems;
  onChange: (stated: Stated[]) => void;
};

export function KindsSection({ title, help, add, list, cards, stated, problems, onChange }: Props) {
  const [picks, setPicks] = useState(false);
  const isScorers = list === "scorers";
  const change = (place: number, next: Stated) => onChange(stated.map((each, at) => (at === place ? next : each)));
  return (
    <Section
      title={title}
      actions={
        <Button size="sm" onClick={() => setPicks(true)}>
          <Plus />
          {add}
        </Button>
      }
    >
      <p className="text-muted text-sm">{help}</p>
      {stated.length === 0 && <p className="text-bad text-sm">{problemAt(problems, list) ?? words.noneYet}</p>}
      <ul className="grid grid-cols-1 gap-2">
        {stated.map((each, place) => (
          <One
            // biome-ignore lint/suspicious/noArrayIndexKey: an item is known by its place in the document
            key={place}
            card={cards.find(({ kind }) => kind === each.kind)}
            stated={each}
            isDeciding={isScorers && place === 0}
            problems={problemsAt(problems, list, place)}
            onChange={(next) => change(place, next)}
            onRemove={() => onChange(stated.filter((_, at) => at !== place))}
            onDuplicate={() => onChange([...stated.slice(0, place + 1), each, ...stated.slice(place + 1)])}
            onFirst={
              isScorers && place > 0 ? () => onChange([each, ...stated.filter((_, at) => at !== place)]) : undefined
            }
          />
        ))}
      </ul>
      {picks && (
        <KindPicker
          title={add}
          cards={cards}
          onClose={() => setPicks(false)}
          onPick={(kind) => {
            onChange([...stated, { kind }]);
            setPicks(false);
          }}
        />
      )}
    </Section>
  );
}

type OneProps = {
  card: Card | undefined;
  stated: Stated;
  isDeciding: boolean;
  problems: Problems;
  onChange: (stated: Stated) => void;
  onRemove: () => void;
  onDuplicate: () => void;
  onFirst?: () => void;
};

function One({ card, stated, isDeciding, problems, onChange, onRemove, onDuplicate, onFirst }: OneProps) {
  const { kind, label = "", ...values } = stated;
  const title = card?.title ?? kind;
  const name = label || title;
  const own = problemAt(
    problems.filter(({ field }) => field === "" || field === "kind"),
    "",
  );
  return (
    <li className="relative rounded-md border border-line bg-surface">
      <details className="group/one" open={problems.length > 0 || undefined}>
        <summary className="flex list-none items-center gap-2 py-1.5 pr-26 pl-2">
          <ChevronRight aria-hidden className="size-4 shrink-0 text-muted group-open/one:rotate-90" />
          <span className="min-w-0 flex-1">
            <bdi className="font-medium">{name}</bdi>
            {label && <span className="text-muted text-sm"> {title}</span>}{" "}
            {isDeciding && <Badge tone="accent">{words.decides}</Badge>}
            <span className="block truncate text-muted text-sm">{card?.summary}</span>
          </span>
        </summary>
        <div className="grid gap-4 border-line border-t px-3 py-3">
          <Field label={words.label} help={words.labelHelp}>
            {(wired) => (
              <Input
                {...wired}
                maxLength={100}
                placeholder={kind}
                value={label}
                onChange={(event) => onChange(withLabel(stated, event.target.value))}
              />
            )}
          </Field>
          {card && (
            <SchemaForm
              schema={card.schema as JsonSchema}
              values={values}
              problems={problems}
              onChange={(next: Values) => onChange(withLabel({ ...next, kind }, label))}
            />
          )}
          {own && (
            <p role="alert" className="text-bad text-sm">
              {own}
            </p>
          )}
        </div>
      </details>
      <span className="absolute top-2 right-1.5 flex">
        {onFirst && <Act label={words.first(name)} icon={<ArrowUpToLine />} onClick={onFirst} />}
        <Act label={words.duplicate(name)} icon={<CopyPlus />} onClick={onDuplicate} />
        <Act label={words.remove(name)} icon={<X />} onClick={onRemove} />
      </span>
    </li>
  );
}

/** A label that is empty is not stated. */
function withLabel({ label: _, ...rest }: Stated, label: string): Stated {
  return label ? { ...rest, label } : rest;
}

const Act = ({ label, icon, onClick }: { label: string; icon: React.ReactNode; onClick: () => void }) => (
  <Button look="quiet" size="icon-sm" aria-label={label} title={label} onClick={onClick}>
    {icon}
  </Button>
);

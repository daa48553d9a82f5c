"use client";
/** Choosing an engine: what each is good for, which suit the task, and why one cannot be had here. */
import { ChevronDown } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import type { Task } from "@/api/types";
import { Input } from "@/ui/field";
import { type EngineChoice, useSurroundings } from "../form-context";
import type { Alternative } from "../schema";
import { words } from "../words";
import type { ControlProps } from "./control";

type Offer = EngineChoice & { kind: string; group: string; isPossible: boolean; hint: string };

export function EnginePicker({ field, value, onChange, wired }: ControlProps) {
  const { engines, task, readOnly } = useSurroundings();
  const [isOpen, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  /** Settings of engines that were left, for as long as the form is open: coming back finds them again. */
  const left = useRef(new Map<string, unknown>());
  const kind = (value as { kind?: string } | null | undefined)?.kind ?? "";
  const offers = field.alternatives.map((each) => offerOf(each, engines.get(each.kind), task));
  const chosen = offers.find((offer) => offer.kind === kind);
  const close = () => {
    setOpen(false);
    trigger.current?.focus();
  };
  return (
    <div className="grid gap-1.5">
      <button
        {...wired}
        ref={trigger}
        type="button"
        disabled={readOnly}
        aria-expanded={isOpen}
        aria-label={words.engine.name(field.label, chosen?.title ?? words.choose)}
        className="flex min-h-8 w-full items-center gap-2 rounded-md border border-control bg-surface px-2.5 py-1 text-left aria-invalid:border-bad disabled:bg-sunken"
        onClick={() => setOpen(!isOpen)}
      >
        <span className="min-w-0 flex-1">{chosen?.title ?? words.choose}</span>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
      </button>
      {chosen && !isOpen && <p className="text-muted text-sm">{chosen.summary}</p>}
      {isOpen && (
        <Offers
          name={wired.id}
          label={field.label}
          offers={offers}
          chosen={kind}
          onPick={(next) => {
            left.current.set(kind, value);
            onChange(left.current.get(next) ?? { kind: next });
          }}
          onClose={close}
        />
      )}
    </div>
  );
}

type OffersProps = {
  name: string;
  label: string;
  offers: readonly Offer[];
  chosen: string;
  onPick: (kind: string) => void;
  onClose: () => void;
};

/** Radio buttons: arrows choose at once, Enter and Escape close. */
function Offers({ name, label, offers, chosen, onPick, onClose }: OffersProps) {
  const [query, setQuery] = useState("");
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = offers.filter((offer) => {
    const text = `${offer.title} ${offer.summary} ${offer.kind}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  const groups = [...new Set(shown.map((offer) => offer.group))].sort((a, b) => rank(shown, a) - rank(shown, b));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the radio buttons inside
    <div className="rounded-md border border-control" onKeyDown={onKeyDown}>
      <div className="border-line border-b p-1.5">
        <Input
          type="search"
          className="h-7"
          aria-label={words.engine.searchFor}
          placeholder={words.engine.searchFor}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <div role="radiogroup" aria-label={label} className="max-h-96 overflow-y-auto p-1.5">
        {shown.length === 0 && <p className="p-1 text-muted text-sm">{words.engine.none(query)}</p>}
        {groups.map((group) => (
          <div key={group} className="grid gap-0.5 pb-2">
            <p className="px-1.5 pb-0.5 font-medium text-muted text-xs">{group}</p>
            {shown
              .filter((offer) => offer.group === group)
              .map((offer) => (
                <label
                  key={offer.kind}
                  htmlFor={`${name}-${offer.kind}`}
                  className="flex items-start gap-2 rounded-sm px-1.5 py-1 hover:bg-hover has-checked:bg-accent-soft"
                >
                  <input
                    id={`${name}-${offer.kind}`}
                    type="radio"
                    name={name}
                    className="mt-0.5 size-4 shrink-0 accent-(--c-accent)"
                    disabled={!offer.isPossible}
                    checked={offer.kind === chosen}
                    onChange={() => onPick(offer.kind)}
                  />
                  <span className={offer.isPossible ? "text-sm" : "text-muted text-sm"}>
                    {offer.title}
                    <span className="block text-muted text-xs">{offer.hint || offer.summary}</span>
                  </span>
                </label>
              ))}
          </div>
        ))}
      </div>
    </div>
  );
}

const rank = (offers: readonly Offer[], group: string) =>
  offers.some((offer) => offer.group === group && offer.isPossible) ? 0 : 1;

function offerOf(alternative: Alternative, known: EngineChoice | undefined, task: Task | null): Offer {
  const { kind, title, summary } = alternative;
  const engine = known ?? { title, summary, unavailable: null, tasks: [] };
  const suits = task === null || engine.tasks.length === 0 || engine.tasks.includes(task);
  const tasks = engine.tasks.join(" and ");
  if (engine.unavailable) {
    const hint = words.engine.reason(engine.unavailable);
    return { ...engine, kind, group: words.engine.unavailable, isPossible: false, hint };
  }
  if (!suits)
    return { ...engine, kind, group: words.engine.others, isPossible: false, hint: words.engine.notFor(tasks) };
  return { ...engine, kind, group: tasks ? words.engine.fits(task ?? tasks) : "", isPossible: true, hint: "" };
}

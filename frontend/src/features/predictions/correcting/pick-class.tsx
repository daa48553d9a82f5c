"use client";
/** Says what the right answer is: a class by its number, by typing, or one that the model does not know; or a number. */
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { KeyHint } from "@/ui/key-hint";
import { words } from "../words";

const DIGITS = 9;

export type Picked = { correct: string | number; isNew: boolean };

type Props = {
  predicted: string | number;
  /** null: the answer is a number. */
  classes: readonly string[] | null;
  onPick: (picked: Picked) => Promise<unknown>;
  onClose: () => void;
};

export function PickClass({ predicted, classes, onPick, onClose }: Props) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const pick = async (picked: Picked) => {
    if (isBusy) return;
    setIsBusy(true);
    setError(null);
    try {
      await onPick(picked);
      onClose();
    } catch (reason) {
      setError(reason);
      setIsBusy(false);
    }
  };
  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()} title={words.correct.title}>
      <div className="grid gap-3">
        {classes ? (
          <Classes classes={classes} predicted={String(predicted)} onPick={pick} />
        ) : (
          <NumberForm predicted={predicted} onPick={pick} />
        )}
        <InlineError error={error} />
      </div>
    </Dialog>
  );
}

type ClassesProps = { classes: readonly string[]; predicted: string; onPick: (picked: Picked) => void };

function Classes({ classes, predicted, onPick }: ClassesProps) {
  const [query, setQuery] = useState("");
  const [isOther, setIsOther] = useState(false);
  const wanted = query.trim().toLowerCase();
  const shown = classes.filter((name) => name.toLowerCase().includes(wanted));
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const isField = event.target instanceof HTMLInputElement;
    const named = !isField && /^[1-9]$/.test(event.key) ? shown[Number(event.key) - 1] : undefined;
    if (named !== undefined) {
      event.preventDefault();
      onPick({ correct: named, isNew: false });
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button[data-class]")];
      const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      buttons[(next + buttons.length) % buttons.length]?.focus();
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: digits and arrows belong to the buttons inside
    <div className="grid gap-2" onKeyDown={onKeyDown}>
      {classes.length > DIGITS && (
        <Input
          type="search"
          aria-label={words.correct.find}
          placeholder={words.correct.find}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      )}
      <ul aria-label={words.correct.title} className="grid max-h-72 gap-1 overflow-y-auto p-0.5">
        {shown.map((name, i) => (
          <li key={name}>
            <button
              type="button"
              data-class={name}
              className="flex min-h-8 w-full items-center gap-3 rounded-md px-2 text-left hover:bg-hover"
              onClick={() => onPick({ correct: name, isNew: false })}
            >
              <span className="w-5 shrink-0">{i < DIGITS && <KeyHint keys={String(i + 1)} />}</span>
              <bdi className="min-w-0 flex-1 truncate" title={name}>
                {name}
              </bdi>
              {name === predicted && <span className="shrink-0 text-muted text-sm">{words.correct.predicted}</span>}
            </button>
          </li>
        ))}
      </ul>
      {isOther ? (
        <OtherClass onPick={onPick} />
      ) : (
        <Button look="link" size="inline" className="min-h-6 justify-self-start" onClick={() => setIsOther(true)}>
          {words.correct.other}
        </Button>
      )}
    </div>
  );
}

function OtherClass({ onPick }: { onPick: (picked: Picked) => void }) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onPick({ correct: name.trim(), isNew: true });
  };
  return (
    <form onSubmit={submit} className="grid gap-2">
      <Field label={words.correct.otherLabel} help={words.correct.otherHelp}>
        {(wired) => (
          <Input {...wired} autoFocus maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Button type="submit" look="primary" className="justify-self-start" disabled={!name.trim()}>
        {words.correct.save}
      </Button>
    </form>
  );
}

function NumberForm({ predicted, onPick }: { predicted: string | number; onPick: (picked: Picked) => void }) {
  const [text, setText] = useState(String(predicted));
  const value = Number(text.trim());
  const isNumber = text.trim() !== "" && Number.isFinite(value);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isNumber) onPick({ correct: value, isNew: false });
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <Field label={words.correct.number} error={isNumber ? undefined : words.correct.notNumber}>
        {(wired) => (
          <Input
            {...wired}
            inputMode="decimal"
            className="numbers"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" look="primary" className="justify-self-start" disabled={!isNumber}>
        {words.correct.save}
      </Button>
    </form>
  );
}

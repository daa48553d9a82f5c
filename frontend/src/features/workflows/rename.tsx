"use client";
/** Asks for another name. */
import { type FormEvent, useState } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { words } from "./words";

type Props = { name: string; onRename: (name: string) => Promise<unknown>; onClose: () => void };

export function Rename({ name, onRename, onClose }: Props) {
  const [wanted, setWanted] = useState(name);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await onRename(wanted.trim());
      onClose();
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={words.rename.title(name)}>
      <form onSubmit={submit} className="grid gap-4">
        <Field label={words.rename.label}>
          {(wired) => (
            <Input {...wired} value={wanted} maxLength={200} onChange={(event) => setWanted(event.target.value)} />
          )}
        </Field>
        <InlineError error={error} />
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={!wanted.trim() || wanted.trim() === name}>
            {words.rename.verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

"use client";
/** What can be done with the model that is open. */
import { useQueryClient } from "@tanstack/react-query";
import { Download, Ellipsis, FileText, Pencil, Trash2, Zap } from "lucide-react";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { address } from "@/api/client";
import { take } from "@/api/files";
import type { Model } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { Menu } from "@/ui/menu";
import { tellFailure } from "@/ui/toast";
import { DeleteModel } from "./delete-model";
import { renameModel } from "./queries";
import { words } from "./words";

export function ModelActions({ model }: { model: Model }) {
  const client = useQueryClient();
  const [open, setOpen] = useState<"rename" | "delete" | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: ["models"] });
  const takeAway = (path: string) => () => void take(address(`/models/${model.id}/${path}`)).catch(tellFailure);
  const version = model.is_promoted ? "" : `&version=${model.version}`;
  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={words.actions}>
            <Ellipsis />
          </Button>
        }
        items={[
          { label: words.rename, icon: <Pencil />, onSelect: () => setOpen("rename") },
          { label: words.downloadBundle, icon: <Download />, onSelect: takeAway("download") },
          { label: words.downloadCard, icon: <FileText />, onSelect: takeAway("card.md") },
          "line",
          { label: words.remove, icon: <Trash2 />, isDanger: true, onSelect: () => setOpen("delete") },
        ]}
      />
      {model.endpoint_id && (
        <Button look="primary" asChild>
          <Link href={`/predict/?id=${model.endpoint_id}${version}`}>
            <Zap />
            {model.is_promoted ? words.predict : words.versions.try}
          </Link>
        </Button>
      )}
      {open === "rename" && <RenameModel model={model} onDone={refresh} onClose={() => setOpen(null)} />}
      {open === "delete" && <DeleteModel model={model} onClose={() => setOpen(null)} />}
    </>
  );
}

function RenameModel({ model, onDone, onClose }: { model: Model; onDone: () => void; onClose: () => void }) {
  const [name, setName] = useState(model.name);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await renameModel(model.id, name.trim());
      onDone();
      onClose();
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()} title={words.renameTitle(model.name)}>
      <form onSubmit={submit} className="grid gap-4">
        <Field label={words.nameLabel} help={words.renameHelp}>
          {(wired) => <Input {...wired} value={name} maxLength={200} onChange={(e) => setName(e.target.value)} />}
        </Field>
        <InlineError error={error} />
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={!name.trim() || name.trim() === model.name}>
            {words.rename}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

"use client";
/** What can be done with a whole batch: compare, rename, open its endpoint, delete. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, GitCompareArrows, Pencil, Target, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { Menu } from "@/ui/menu";
import { toast } from "@/ui/toast";
import { batchesHref, compareHref, endpointHref } from "./places";
import { batchQuery, deleteBatch, renameBatch } from "./queries";
import type { Batch } from "./types";
import { words } from "./words";

export function BatchActions({ batch }: { batch: Batch }) {
  const router = useRouter();
  const client = useQueryClient();
  const [asked, setAsked] = useState<"rename" | "delete" | null>(null);
  const erase = async () => {
    await deleteBatch(batch.id);
    toast(words.actions.deleted(batch.name));
    router.replace(batchesHref);
    client.removeQueries({ queryKey: batchQuery(batch.id).queryKey });
    void client.invalidateQueries({ queryKey: ["batches", "list"] });
  };
  return (
    <>
      <Menu
        trigger={
          <Button size="icon" aria-label={words.actions.more} title={words.actions.more}>
            <Ellipsis />
          </Button>
        }
        items={[
          {
            label: words.actions.compare,
            icon: <GitCompareArrows />,
            disabled: batch.state !== "succeeded",
            onSelect: () => router.push(compareHref([batch.id])),
          },
          {
            label: words.actions.model,
            icon: <Target />,
            onSelect: () => router.push(endpointHref(batch.endpoint_id)),
          },
          { label: words.actions.rename, icon: <Pencil />, onSelect: () => setAsked("rename") },
          "line",
          { label: words.actions.delete, icon: <Trash2 />, isDanger: true, onSelect: () => setAsked("delete") },
        ]}
      />
      {asked === "rename" && <Rename batch={batch} onClose={() => setAsked(null)} />}
      <Confirm
        open={asked === "delete"}
        onOpenChange={(isOpen) => !isOpen && setAsked(null)}
        title={words.actions.deleteTitle(batch.name)}
        verb={words.actions.deleteVerb}
        onConfirm={erase}
      >
        {words.actions.deleteText}
      </Confirm>
    </>
  );
}

function Rename({ batch, onClose }: { batch: Batch; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(batch.name);
  const [label, setLabel] = useState(batch.label ?? "");
  const hasOwn = batch.label_column !== null;
  const save = useMutation({
    mutationFn: () => renameBatch(batch.id, { name: name.trim(), ...(!hasOwn && { label: label.trim() || null }) }),
    onSuccess: (next) => {
      client.setQueryData(batchQuery(batch.id).queryKey, next);
      void client.invalidateQueries({ queryKey: ["batches"] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.actions.renameTitle}
      actions={
        <Button look="primary" type="submit" form="rename-batch" disabled={save.isPending || name.trim() === ""}>
          {words.actions.save}
        </Button>
      }
    >
      <form id="rename-batch" className="grid gap-3" onSubmit={submit}>
        <Field label={words.actions.name}>
          {(wired) => (
            <Input {...wired} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        {!hasOwn && (
          <Field label={words.actions.label} help={words.map.labelHelp}>
            {(wired) => (
              <Input {...wired} maxLength={200} value={label} onChange={(event) => setLabel(event.target.value)} />
            )}
          </Field>
        )}
        <FormError error={save.error} />
      </form>
    </Dialog>
  );
}

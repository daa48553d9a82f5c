"use client";
/** The dialog that adds files, a site or a folder to a collection that is there. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { send } from "../create/sending";
import { SourceFields } from "../create/source-fields";
import { addOrigin, isNamed, noSource, type Source } from "../create/sources";
import { words as createWords } from "../create/words";
import type { Collection } from "../types";

export function AddDocuments({ collection, onClose }: { collection: Collection; onClose: () => void }) {
  const form = useId();
  const client = useQueryClient();
  const [source, setSource] = useState(noSource);
  const add = useMutation({
    mutationFn: async (wish: Source) => {
      // Files report their own progress and refusals on the page.
      if (wish.way === "files") void send(client, collection.id, wish.picked);
      else await addOrigin(collection.id, wish);
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["collections"] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(source);
  };
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={createWords.addTitle(collection.name)}
      width="md"
      actions={
        <>
          <Button onClick={onClose}>{createWords.cancel}</Button>
          <Button type="submit" form={form} look="primary" disabled={!isNamed(source) || add.isPending}>
            {createWords.addVerb}
          </Button>
        </>
      }
    >
      <form id={form} className="grid gap-4" onSubmit={submit}>
        <SourceFields source={source} onChange={setSource} error={add.error} />
        <FormError error={add.error} />
      </form>
    </Dialog>
  );
}

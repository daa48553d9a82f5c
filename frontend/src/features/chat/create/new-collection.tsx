"use client";
/** The button and the dialog that make a collection; what it is made of can also be added later. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useId, useState } from "react";
import { fieldError } from "@/lib/api-error";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { collectionHref } from "../places";
import { collectionQuery, createCollection } from "../queries";
import type { Collection } from "../types";
import { send } from "./sending";
import { SourceFields } from "./source-fields";
import { addOrigin, isNamed, nameOf, noSource, type Source } from "./sources";
import { words } from "./words";

export function NewCollectionButton() {
  const [asked, setAsked] = useParam("add");
  return (
    <>
      <Button look="primary" onClick={() => setAsked("collection")}>
        <Plus />
        {words.add}
      </Button>
      {asked === "collection" && <NewCollection onClose={() => setAsked(null, "replace")} />}
    </>
  );
}

type Wish = { name: string; siteUrl: string; source: Source };

function NewCollection({ onClose }: { onClose: () => void }) {
  const form = useId();
  const client = useQueryClient();
  const router = useRouter();
  const [name, setName] = useState("");
  const [siteUrl, setSiteUrl] = useState("");
  const [source, setSource] = useState(noSource);
  // A collection that was made stays made when its site is refused: only the site is asked for again.
  const [made, setMade] = useState<Collection | null>(null);
  const title = name.trim() || nameOf(source);
  const create = useMutation({
    mutationFn: async (wish: Wish) => {
      const collection = made ?? (await createCollection({ name: wish.name, site_url: wish.siteUrl.trim() || null }));
      setMade(collection);
      if (wish.source.way !== "files" && isNamed(wish.source)) await addOrigin(collection.id, wish.source);
      return collection;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["collections"] }),
    onSuccess: (collection, wish) => {
      client.setQueryData(collectionQuery(collection.id).queryKey, collection);
      if (wish.source.way === "files" && isNamed(wish.source)) void send(client, collection.id, wish.source.picked);
      router.push(collectionHref(collection.id, "documents"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ name: title, siteUrl, source });
  };
  const actions = (
    <>
      <Button onClick={onClose}>{words.cancel}</Button>
      <Button type="submit" form={form} look="primary" disabled={title === "" || create.isPending}>
        {words.create}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.add}
      description={words.about}
      actions={actions}
      width="md"
    >
      <form id={form} className="grid gap-4" onSubmit={submit}>
        <Field label={words.name} error={fieldError(create.error, "name")}>
          {(wired) => (
            <Input
              {...wired}
              maxLength={200}
              disabled={made !== null}
              placeholder={nameOf(source) || words.namePlaceholder}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <SourceFields source={source} onChange={setSource} error={create.error} />
        {source.way !== "site" && (
          <Field label={words.siteUrl} help={words.siteUrlHelp} error={fieldError(create.error, "site_url")}>
            {(wired) => (
              <Input
                {...wired}
                type="url"
                disabled={made !== null}
                placeholder={words.urlPlaceholder}
                value={siteUrl}
                onChange={(event) => setSiteUrl(event.target.value)}
              />
            )}
          </Field>
        )}
        <FormError error={create.error} />
      </form>
    </Dialog>
  );
}

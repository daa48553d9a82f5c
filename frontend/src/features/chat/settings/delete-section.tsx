"use client";
/** Deletes a collection, once it was said what goes with it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { InlineError } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { collectionsHref } from "../places";
import { deleteCollection, dependentsQuery } from "../queries";
import type { Collection } from "../types";
import { words as all } from "./words";

const words = all.remove;

export function DeleteSection({ collection }: { collection: Collection }) {
  const client = useQueryClient();
  const router = useRouter();
  const [isAsking, setIsAsking] = useState(false);
  const remove = async () => {
    await deleteCollection(collection.id);
    router.push(collectionsHref);
    await client.invalidateQueries({ queryKey: ["collections", "list"] });
  };
  return (
    <Section title={words.title}>
      <Button look="danger" className="justify-self-start" onClick={() => setIsAsking(true)}>
        {words.verb}
      </Button>
      {isAsking && (
        <Confirm
          open
          onOpenChange={setIsAsking}
          title={words.ask(collection.name)}
          verb={words.verb}
          onConfirm={remove}
        >
          <WhatGoes id={collection.id} />
        </Confirm>
      )}
    </Section>
  );
}

function WhatGoes({ id }: { id: string }) {
  const found = useQuery(dependentsQuery(id));
  const goes = found.data;
  return (
    <div className="grid gap-2">
      <p>{words.help}</p>
      {found.isPending && <p className="text-muted">{words.loading}</p>}
      <InlineError error={found.error} />
      {goes && (
        <>
          <p>{words.goes}</p>
          <ul className="list-disc pl-5">
            <li>{words.documents(goes.n_documents)}</li>
            {goes.n_calls > 0 && <li>{words.calls(goes.n_calls)}</li>}
            {Object.entries(goes.goes).map(([name, n]) => (
              <li key={name}>{`${formatCount(n)} ${name}`}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

"use client";
/** Deletes what was asked and answered; the endpoint itself goes with its model. */
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import type { Endpoint } from "@/api/types";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Section } from "@/ui/page";
import { toast } from "@/ui/toast";
import { deleteCalls } from "../history/queries";
import { words } from "./words";

export function DeleteSection({ endpoint, modelId }: { endpoint: Endpoint; modelId: string }) {
  const client = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const [nRemoved, setRemoved] = useState(0);
  const remove = async () => {
    toast(words.remove.removed(await deleteCalls(endpoint.id, {}, setRemoved)));
    await client.invalidateQueries({ queryKey: ["endpoints"] });
  };
  return (
    <Section title={words.remove.title}>
      <p className="max-w-[72ch] text-muted text-sm">{words.remove.callsHelp}</p>
      <Button look="danger" className="justify-self-start" onClick={() => setIsAsking(true)}>
        {words.remove.calls}
      </Button>
      {endpoint.servable.kind === "model" && (
        <p className="max-w-[72ch] text-muted text-sm">
          {words.remove.model}{" "}
          <Link href={`/models/?id=${modelId}`} className="text-accent underline underline-offset-2">
            {words.remove.openModel}
          </Link>
        </p>
      )}
      {isAsking && (
        <Confirm open onOpenChange={setIsAsking} title={words.remove.ask} verb={words.remove.verb} onConfirm={remove}>
          {nRemoved > 0 ? words.remove.soFar(nRemoved) : words.remove.body(endpoint.name)}
        </Confirm>
      )}
    </Section>
  );
}

"use client";
/** A collection of the guides of Modelyard, which come with it: something to ask within a minute. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Button } from "@/ui/button";
import { toast } from "@/ui/toast";
import { collectionHref } from "../places";
import { addSample, collectionQuery } from "../queries";
import { words } from "./words";

export function UseSample() {
  const client = useQueryClient();
  const router = useRouter();
  const make = useMutation({
    mutationFn: addSample,
    onSuccess: (collection) => {
      client.setQueryData(collectionQuery(collection.id).queryKey, collection);
      router.push(collectionHref(collection.id, "documents"));
    },
    onError: (error) => toast(words.sampleFailed(error.message), { tone: "bad" }),
  });
  return (
    <Button disabled={make.isPending} onClick={() => make.mutate()}>
      {words.sample}
    </Button>
  );
}

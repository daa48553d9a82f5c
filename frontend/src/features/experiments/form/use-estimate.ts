/** What a draft would take, asked again when its dataset has been read. */
import { useQuery } from "@tanstack/react-query";
import { estimateQuery } from "../queries";
import { type Draft, isAskable } from "./draft";
import { datasetsQuery } from "./queries";

/** The dataset that an experiment names by id or by name, once the list of them is there. */
export const useChosenDataset = (named: string) => useFound(named).chosen;

function useFound(named: string) {
  const { data, isFetching } = useQuery(datasetsQuery);
  const chosen = data?.find(({ id, name }) => id === named || name === named);
  return { chosen, isLooking: !chosen && isFetching };
}

export function useEstimate(draft: Draft) {
  const { chosen, isLooking } = useFound(draft.samples.dataset);
  const isReading = chosen?.state === "reading";
  const { data, error } = useQuery({
    ...estimateQuery(draft, chosen?.state),
    enabled: isAskable(draft) && !isLooking && !isReading,
  });
  return { data, error, isReading };
}

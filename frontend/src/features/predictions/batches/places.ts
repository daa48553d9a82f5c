/** The addresses of the pages of batches. */

const ROOT = "/predict/batches/";
/** In place of an endpoint that is yet to be chosen. */
export const UNCHOSEN = "choose";

export const batchesHref = ROOT;
export const batchHref = (id: string, tab?: string) => `${ROOT}?${new URLSearchParams({ id, ...(tab && { tab }) })}`;
export const compareHref = (ids: readonly string[]) => `${ROOT}?compare=${ids.map(encodeURIComponent).join(",")}`;
export const endpointHref = (id: string, tab?: string) =>
  `/predict/?${new URLSearchParams({ id, ...(tab && { tab }) })}`;

/** `from` is where the rows come from: a file, pasted text, or a sample. */
export const newBatchHref = (endpointId: string | null, from?: string) =>
  `${ROOT}?${new URLSearchParams({ new: endpointId ?? UNCHOSEN, ...(from && { from }) })}`;

/** Addresses of the pages of collections; ids travel in the query. */

export const collectionsHref = "/chat/";

export function collectionHref(id: string, tab?: string): string {
  return `/chat/?${new URLSearchParams({ id, ...(tab && { tab }) })}`;
}

/** One stretch of one version of a document; without a version it is the text as it is now. */
export type Place = { document_id: string; text_hash?: string | null; start?: number; end?: number };

/** The document with the stretch highlighted and in sight. */
export function documentHref({ document_id, text_hash, start, end }: Place): string {
  const query = new URLSearchParams({ id: document_id });
  if (text_hash) query.set("version", text_hash);
  if (start !== undefined && end !== undefined) query.set("at", `${start}-${end}`);
  return `/chat/document/?${query}`;
}

/** The stretch that `at` names, `[start, end)`; null when it names none. */
export function stretchOf(at: string | null): [number, number] | null {
  const found = /^(\d+)-(\d+)$/.exec(at ?? "");
  if (!found) return null;
  const [start, end] = [Number(found[1]), Number(found[2])];
  return start < end ? [start, end] : null;
}

/** Where a checkpoint comes from, and what is sent for it. */
import type { Query } from "@/api/client";
import type { Run } from "@/api/types";

export type Options = { name: string; maxTokens: number | null; isInt8: boolean };
export type HubSource = { hubId: string; revision: string };

const PAGE = /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/([^?#]+)/i;

/** The id in what was typed or pasted: as it stands, or of the checkpoint's page, which may name a revision. */
export function hubSourceOf(typed: string): HubSource {
  const text = typed.trim();
  const path = PAGE.exec(text)?.[1];
  if (path === undefined) return { hubId: text, revision: "" };
  const [owner = "", name, part, revision] = path.split("/").filter(Boolean);
  const isPlace = part === "tree" || part === "blob" || part === "commit";
  return {
    hubId: name === undefined ? owner : `${owner}/${name}`,
    revision: isPlace && revision !== undefined ? decodeURIComponent(revision) : "",
  };
}

/** Query of an upload. */
export const zipQuery = (filename: string, { name, maxTokens, isInt8 }: Options): Query => ({
  filename,
  name: name.trim(),
  max_tokens: maxTokens,
  int8: isInt8 || null,
});

/** Body of a download; a revision that was typed counts before that of the address. */
export function hubBody(typed: string, revision: string, { name, maxTokens, isInt8 }: Options) {
  const found = hubSourceOf(typed);
  return {
    hub_id: found.hubId,
    revision: revision.trim() || found.revision || null,
    name: name.trim(),
    max_tokens: maxTokens,
    int8: isInt8,
  };
}

export type Added = { model: string; endpoint: string | null };

/** What a run that succeeded made; null while there is nothing. */
export function addedBy({ state, result }: Run): Added | null {
  if (state !== "succeeded" || typeof result?.model !== "string") return null;
  return { model: result.model, endpoint: typeof result.endpoint === "string" ? result.endpoint : null };
}

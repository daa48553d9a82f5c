/** Where documents of a collection come from, as it is chosen before anything is sent. */
import { post } from "@/api/client";
import type { Picked } from "./files";

export type Way = "files" | "site" | "folder";
export type Source = { way: Way; picked: Picked[]; url: string; path: string };

export const noSource: Source = { way: "files", picked: [], url: "", path: "" };

/** Something to add is named. */
export const isNamed = ({ way, picked, url, path }: Source) =>
  ({ files: picked.length > 0, site: url.trim() !== "", folder: path.trim() !== "" })[way];

/** A site or a folder, which the server reads itself; the first sync follows. */
export async function addOrigin(collectionId: string, { way, url, path }: Source): Promise<void> {
  const body = way === "site" ? { kind: "site", url: url.trim() } : { kind: "folder", path: path.trim() };
  await post(`/collections/${collectionId}/origins`, body);
}

/** A name for a collection whose maker has not thought of one. */
export function nameOf({ way, picked, url, path }: Source): string {
  if (way === "site") return hostOf(url.trim());
  if (way === "folder") return path.trim().replace(/\/+$/, "").split("/").at(-1) ?? "";
  const [first] = picked;
  const name = first?.path.split("/")[0] ?? "";
  return name.replace(/\.[a-z0-9]{1,8}$/i, "").replaceAll(/[_-]+/g, " ");
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}

/** Files and folders as a person brings them, made ready to be sent: one request for a folder, however many files. */
import { zip } from "@/lib/zip";

/** `path` is relative to what was dropped or chosen. */
export type Picked = { path: string; file: File };
export type Parcel = { name: string; content: Blob };

/** What the loaders read; anything else inside a ZIP or folder is left out by the server, with the reason. */
export const ACCEPTED = ".md,.mdx,.markdown,.html,.htm,.pdf,.docx,.txt,.rst,.zip";

/** More files than these travel as one ZIP. */
const MOST_APART = 5;
/** Folders of tools, not of documents. */
const LEFT_OUT = new Set([".git", "node_modules", ".venv", "__pycache__", ".DS_Store"]);

export const fromChooser = (files: FileList | null): Picked[] =>
  keepDocuments([...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file })));

/** Everything that was dropped, folders walked through. Must be called in the event itself. */
export async function fromDrop(transfer: DataTransfer): Promise<Picked[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return fromChooser(transfer.files);
  return keepDocuments((await Promise.all(entries.map(walk))).flat());
}

const keepDocuments = (picked: Picked[]) =>
  picked.filter(({ path }) => !path.split("/").some((part) => LEFT_OUT.has(part)));

async function walk(entry: FileSystemEntry): Promise<Picked[]> {
  if (LEFT_OUT.has(entry.name)) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  for (;;) {
    // A browser hands out a folder in batches, and an empty one at its end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) break;
    inside.push(...batch);
  }
  return (await Promise.all(inside.map(walk))).flat();
}

/** What is sent: few loose files each for itself, a folder or many files as one ZIP. */
export async function parcels(picked: readonly Picked[]): Promise<Parcel[]> {
  const isLoose = picked.every(({ path }) => !path.includes("/"));
  if (isLoose && picked.length <= MOST_APART) return picked.map(({ path, file }) => ({ name: path, content: file }));
  const folder = commonFolder(picked);
  const inside = folder === null ? 0 : folder.length + 1;
  const content = await zip(picked.map(({ path, file }) => ({ path: path.slice(inside), content: file })));
  return [{ name: `${folder ?? `${picked.length} files`}.zip`, content }];
}

/** The outermost folder that all files are in; null when they are not in one. */
export function commonFolder(picked: readonly Pick<Picked, "path">[]): string | null {
  const [first, ...others] = picked.map(({ path }) => (path.includes("/") ? (path.split("/")[0] as string) : null));
  return first !== undefined && first !== null && others.every((other) => other === first) ? first : null;
}

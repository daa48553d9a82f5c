/** Files that the API answers with, saved under the name it gives them. */
import { apiErrorFrom } from "@/lib/api-error";
import { download } from "@/lib/download";
import { API_ORIGIN, isElsewhere } from "./origin";
import { patientFetch } from "./waking";

/** Let the browser save what an address of the API answers. */
export async function take(url: string): Promise<void> {
  // The sign-in to another host travels with requests of this page only: opened by itself, the address would refuse.
  if (isElsewhere) await saveFrom(url);
  else window.location.assign(url);
}

/** Show what an address of the API answers beside this page. */
export async function openApart(url: string): Promise<void> {
  if (isElsewhere) await saveFrom(url);
  else window.open(url, "_blank", "noopener");
}

/** Follow links to files of the API by requests of this page, where the API is on another host. */
export function followLinks(onError: (error: unknown) => void): () => void {
  if (!isElsewhere) return () => undefined;
  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link?.href.startsWith(`${API_ORIGIN}/api/`)) return;
    event.preventDefault();
    saveFrom(link.href).catch(onError);
  };
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}

async function saveFrom(url: string): Promise<void> {
  const response = await patientFetch(new Request(url, { credentials: "include" }));
  if (!response.ok) throw await apiErrorFrom(response);
  download(nameIn(response.headers.get("Content-Disposition")) ?? lastPart(url), await response.blob());
}

/** The file name of a `Content-Disposition`, the one in UTF-8 first. */
export function nameIn(disposition: string | null): string | null {
  const encoded = disposition?.match(/filename\*=utf-8''([^;]+)/i)?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return disposition?.match(/filename="?([^";]+)"?/i)?.[1] ?? null;
}

const lastPart = (url: string) => new URL(url).pathname.split("/").filter(Boolean).at(-1) ?? "modelyard";

/** Light or dark: as the attribute says, else as the site does, else as the reader's system does. */

export type Theme = "light" | "dark";

const system = () => matchMedia("(prefers-color-scheme: dark)");

/** Sites say it on their root: `data-theme` (Docusaurus and many others), a class, or `color-scheme`. */
export function siteTheme(): Theme {
  const root = document.documentElement;
  const named = root.dataset.theme ?? root.dataset.colorMode ?? root.dataset.bsTheme;
  if (named === "dark" || named === "light") return named;
  if (root.classList.contains("dark")) return "dark";
  if (root.classList.contains("light")) return "light";
  const scheme = stated(getComputedStyle(root).colorScheme) ?? metaScheme();
  if (scheme === "dark" || scheme === "only dark") return "dark";
  if (scheme === "light" || scheme === "only light") return "light";
  // A page that says nothing is white whatever the system prefers, unless it says that it follows.
  return scheme.includes("dark") && system().matches ? "dark" : "light";
}

const stated = (scheme: string) => (scheme === "" || scheme === "normal" ? null : scheme);
const metaScheme = () => document.querySelector<HTMLMetaElement>("meta[name=color-scheme]")?.content ?? "";

/** Tells now and whenever the site or the system changes; returns what ends it. */
export function watchTheme(onTheme: (theme: Theme) => void): () => void {
  const tell = () => onTheme(siteTheme());
  const observer = new MutationObserver(tell);
  const attributeFilter = ["data-theme", "data-color-mode", "data-bs-theme", "class", "style"];
  observer.observe(document.documentElement, { attributeFilter });
  const media = system();
  media.addEventListener("change", tell);
  tell();
  return () => {
    observer.disconnect();
    media.removeEventListener("change", tell);
  };
}

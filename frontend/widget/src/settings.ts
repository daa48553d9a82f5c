/** What a site says about its widget: attributes of the element, or `data-…` of the script that brings it. */
import type { Place } from "./server";
import type { Words } from "./words";

export const ATTRIBUTES = [
  "server",
  "browser-key",
  "endpoint",
  "name",
  "mode",
  "position",
  "theme",
  "language",
  "hotkey",
  "ask-selection",
  "page-scope",
  "content",
  "words",
] as const;
export type AttributeName = (typeof ATTRIBUTES)[number];

export type Settings = {
  place: Place;
  /** What it is called; null: as its endpoint is. */
  name: string | null;
  isInline: boolean;
  position: "start" | "end";
  theme: "auto" | "light" | "dark";
  language: string;
  /** The key that opens it with Ctrl or ⌘; null: none does. */
  hotkey: string | null;
  asksSelection: boolean;
  hasPageScope: boolean;
  /** Selector of the part of a page whose text can be asked about. */
  content: string;
  words: Partial<Record<keyof Words, string>>;
};

/** Where this script came from: the server, unless the element names another. */
let origin = "";
export function setOrigin(of: string): void {
  origin = of;
}

export function settingsOf(element: HTMLElement): Settings {
  const given = (name: AttributeName) => element.getAttribute(name)?.trim() || null;
  const isOn = (name: AttributeName) => given(name) !== "off";
  const theme = given("theme");
  const hotkey = element.getAttribute("hotkey") ?? "/";
  return {
    place: {
      server: (given("server") ?? (origin || location.origin)).replace(/\/+$/, ""),
      browserKey: given("browser-key"),
      endpoint: given("endpoint"),
    },
    name: given("name"),
    isInline: given("mode") === "inline",
    position: given("position") === "start" ? "start" : "end",
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    language: given("language") ?? languageOf(element),
    hotkey: hotkey.trim().toLowerCase() || null,
    asksSelection: isOn("ask-selection"),
    hasPageScope: isOn("page-scope"),
    content: given("content") ?? "main, article, body",
    words: ownWords(given("words")),
  };
}

const languageOf = (element: HTMLElement) => element.closest<HTMLElement>("[lang]")?.lang || navigator.language || "en";

function ownWords(text: string | null): Settings["words"] {
  if (text === null) return {};
  try {
    return JSON.parse(text) as Settings["words"];
  } catch {
    console.error("modelyard-chat: the attribute `words` is not JSON; the usual words are shown.");
    return {};
  }
}

/** What `<script src="…/widget.js" data-key="…">` does: makes the element known and puts one on the page. */
import { defineChat } from "./element";
import { setOrigin } from "./settings";

const FALLBACK = "script[data-key][src*='/widget.js'], script[data-endpoint][src*='/widget.js']";
// A module has no current script.
const script = (document.currentScript ?? document.querySelector(FALLBACK)) as HTMLScriptElement | null;
if (script?.src) setOrigin(new URL(script.src).origin);
defineChat();

function place(): void {
  const given = Object.entries(script?.dataset ?? {});
  if (!given.some(([name]) => name === "key" || name === "endpoint")) return;
  const element = document.createElement("modelyard-chat");
  for (const [name, value] of given) element.setAttribute(attributeOf(name), value ?? "");
  document.body.append(element);
}

/** `data-key` is the browser key, `data-ask-selection` is `ask-selection`. */
const attributeOf = (name: string) =>
  name === "key" ? "browser-key" : name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
else place();

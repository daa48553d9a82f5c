/** In the browser: one element, beside the application, with the options of the site's configuration. */
import globalData from "@generated/globalData";
import type { Options } from "./plugin";

const options = globalData["modelyard-chat"]?.default as Options;
const ATTRIBUTES: Record<string, string | undefined> = {
  server: options.server,
  "browser-key": options.browserKey,
  name: options.name,
  position: options.position,
  theme: options.theme,
  language: options.language,
  hotkey: options.hotkey,
  "ask-selection": options.askSelection === false ? "off" : undefined,
  "page-scope": options.pageScope === false ? "off" : undefined,
  content: options.content ?? "article, main",
  words: options.words && JSON.stringify(options.words),
};

if (typeof window !== "undefined") {
  void import("../src/element").then(({ defineChat }) => {
    defineChat();
    const element = document.createElement("modelyard-chat");
    for (const [name, value] of Object.entries(ATTRIBUTES)) if (value !== undefined) element.setAttribute(name, value);
    document.body.append(element);
  });
}

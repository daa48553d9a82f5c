/** `<modelyard-chat>`: a button in the corner that opens a conversation with a collection of documents. */
import { h, icon } from "./dom";
import { Keeping } from "./keeping";
import { Panel } from "./panel";
import { SelectionButton } from "./selecting";
import { Server } from "./server";
import { ATTRIBUTES, type Settings, settingsOf } from "./settings";
import { STYLES } from "./styles";
import { type Theme, watchTheme } from "./theme";
import type { Selected } from "./types";
import { type Words, wordsOf } from "./words";

const NAME = "modelyard-chat";
const PHONE = "(max-width: 600px)";

class ModelyardChat extends HTMLElement {
  static readonly observedAttributes = ATTRIBUTES;
  readonly #shadow = this.attachShadow({ mode: "open" });
  #endings: (() => void)[] = [];
  #endTheme = () => {};
  #isDrawn = false;
  #panel: Panel | null = null;
  #kept: Keeping | null = null;
  #cameFrom: HTMLElement | null = null;

  connectedCallback(): void {
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#end();
  }

  /** Attributes that are set one after the other draw it once; another theme costs nothing of what is written. */
  attributeChangedCallback(name: string): void {
    if (!this.#isDrawn) return;
    if (name === "theme") {
      this.#dress(settingsOf(this));
      return;
    }
    this.#isDrawn = false;
    queueMicrotask(() => this.isConnected && !this.#isDrawn && this.#draw());
  }

  /** Opens the conversation and goes to its box. */
  open(): void {
    this.#show(true);
    this.#panel?.composer.field.focus();
  }

  close(): void {
    const panel = this.#panel?.element;
    if (!panel || panel.hidden || panel.classList.contains("inline")) return;
    panel.hidden = true;
    this.#kept?.change({ isOpen: false });
    const back = this.#cameFrom?.isConnected ? this.#cameFrom : this.#shadow.querySelector<HTMLElement>(".launcher");
    back?.focus();
  }

  #draw(): void {
    this.#end();
    this.#isDrawn = true;
    const settings = settingsOf(this);
    const { place } = settings;
    if (!place.browserKey && !place.endpoint) {
      console.error("modelyard-chat: say which collection to ask, with `browser-key` or `endpoint`.");
      return;
    }
    const words = wordsOf(settings.language, settings.words);
    this.#kept = new Keeping(place.browserKey ?? place.endpoint ?? "");
    const server = new Server(place, this.#kept);
    this.#panel = this.#panelOf(settings, words, server);
    const root = h("div", { class: `root ${settings.position}`, lang: settings.language });
    root.dir = getComputedStyle(this).direction;
    root.append(...this.#parts(settings, words, this.#panel));
    this.#shadow.adoptedStyleSheets = [sheet()];
    this.#shadow.replaceChildren(root);
    root.classList.toggle("is-inline", settings.isInline);
    this.#dress(settings);
    if (settings.isInline) void this.#panel.show();
    // On a phone it would lie over the passage that was just opened.
    else if (this.#kept.now.isOpen && !matchMedia(PHONE).matches) this.#show(false);
  }

  #panelOf({ isInline, hasPageScope, name }: Settings, words: Words, server: Server): Panel {
    const panel = new Panel({
      words,
      server,
      title: name ?? words.title,
      isInline,
      hasPageScope,
      onClose: () => this.close(),
      onLeave: () => matchMedia(PHONE).matches && this.close(),
    });
    panel.element.classList.toggle("inline", isInline);
    panel.element.hidden = !isInline;
    return panel;
  }

  #parts(settings: Settings, words: Words, panel: Panel): Node[] {
    const parts: Node[] = [panel.element];
    if (!settings.isInline) {
      const label = settings.hotkey
        ? { "aria-keyshortcuts": `Control+${settings.hotkey} Meta+${settings.hotkey}` }
        : {};
      const onclick = () => (panel.element.hidden ? this.open() : this.close());
      const launcher = h(
        "button",
        { type: "button", class: "launcher", "aria-label": words.open, title: words.open, ...label, onclick },
        icon("ask"),
      );
      parts.unshift(launcher);
      if (settings.hotkey) this.#listenTo(settings.hotkey);
    }
    if (settings.asksSelection) {
      const onAsk = (selected: Selected) => {
        this.open();
        panel.about(selected);
      };
      const button = new SelectionButton({ label: words.askAbout, content: settings.content, onAsk });
      this.#endings.push(() => button.end());
      parts.push(button.element);
    }
    return parts;
  }

  #dress({ theme }: Settings): void {
    this.#endTheme();
    this.#endTheme = () => {};
    const root = this.#shadow.querySelector(".root");
    const wear = (worn: Theme) => root?.classList.toggle("dark", worn === "dark");
    if (theme === "auto") this.#endTheme = watchTheme(wear);
    else wear(theme);
  }

  #listenTo(hotkey: string): void {
    const off = new AbortController();
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== hotkey) return;
      event.preventDefault();
      if (this.#panel?.element.hidden) this.open();
      else this.close();
    };
    document.addEventListener("keydown", press, { signal: off.signal });
    this.#endings.push(() => off.abort());
  }

  #show(isAsked: boolean): void {
    const panel = this.#panel;
    if (!panel?.element.hidden) return;
    if (isAsked) this.#cameFrom = focusedOutside(this);
    panel.element.hidden = false;
    panel.element.setAttribute("aria-modal", String(matchMedia(PHONE).matches));
    this.#kept?.change({ isOpen: true });
    void panel.show();
  }

  #end(): void {
    for (const end of this.#endings.splice(0)) end();
    this.#endTheme();
    this.#panel?.stop();
  }
}

/** Where the focus goes back to; the page itself is no such place. */
function focusedOutside(self: HTMLElement): HTMLElement | null {
  const active = document.activeElement;
  return active instanceof HTMLElement && active !== document.body && active !== self ? active : null;
}

let made: CSSStyleSheet | null = null;
/** A constructed sheet: no `style` element, so a strict content policy has nothing to forbid. */
function sheet(): CSSStyleSheet {
  if (made === null) {
    made = new CSSStyleSheet();
    made.replaceSync(STYLES);
  }
  return made;
}

/** Makes the element known to the page, which needs a browser; doing it twice does no harm. */
export function defineChat(): void {
  if (!customElements.get(NAME)) customElements.define(NAME, ModelyardChat);
}

export type ModelyardChatElement = ModelyardChat;

/** Elements made in code: no markup is ever parsed, so nothing that a server or a document says can become any. */

export type Child = Node | string | null | undefined | false;
type Listeners = { [name in `on${string}`]?: (event: never) => void };
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)> & Listeners;

/** An element with attributes (`true` is an empty one, `false` and null none) and listeners (`onclick`). */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...shown(children));
  return element;
}

/** Puts children in the place of those that are there. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...shown(children));
}

const shown = (children: Child[]) => children.filter((child): child is Node | string => Boolean(child));

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  ask: "M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5zM9 10h8M9 14h5",
  close: "M6 6l12 12M18 6L6 18",
  fresh: "M12 5v14M5 12h14",
  send: "M12 19V5M5 12l7-7 7 7",
  stop: "M7 7h10v10H7z",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 3 3l-1 4h6l-2 10H7",
  down: "M7 13V4H4v9zM7 13l4 8c2 0 3-1 3-3l-1-4h6L17 4H7",
} as const;

/** A line drawing, 20 px; what it means is said by the button that it stands in. */
export function icon(name: keyof typeof ICONS): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const drawn = { fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round" };
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: "20", height: "20", "aria-hidden": "true" }))
    svg.setAttribute(key, value);
  for (const [key, value] of Object.entries({ ...drawn, "stroke-linejoin": "round", d: ICONS[name] }))
    path.setAttribute(key, value);
  svg.append(path);
  return svg;
}

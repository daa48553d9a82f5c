/** Markdown of answers as elements. Links and pictures are only what they are called; `[n]` of a citation is a button. */
import { type Block, blocksOf } from "../../src/ui/markdown-blocks";
import { h } from "./dom";

export type ButtonOf = (n: number) => Node | null;
type Draw = (match: RegExpExecArray, inside: (text: string) => Node[]) => Node | string;

/** Draws a text again while it grows; blocks that did not change keep their elements, and with them a selection. */
export class GrowingText {
  readonly element = h("div", { class: "text", dir: "auto" });
  #drawn: string[] = [];

  draw(text: string, buttonOf: ButtonOf, version: number): void {
    const blocks = blocksOf(text);
    const signs = blocks.map((block) => `${version} ${JSON.stringify(block)}`);
    let same = 0;
    while (same < signs.length && signs[same] === this.#drawn[same]) same += 1;
    for (const old of Array.from(this.element.children).slice(same)) old.remove();
    this.element.append(...blocks.slice(same).map((block) => drawn(block, buttonOf)));
    this.#drawn = signs;
  }
}

function drawn(block: Block, buttonOf: ButtonOf): HTMLElement {
  const line = (text: string) => inline(text, buttonOf);
  const all = (text: string) => blocksOf(text).map((inner) => drawn(inner, buttonOf));
  switch (block.kind) {
    case "heading":
      return h("p", { class: "heading" }, ...line(block.text));
    case "text":
      return h("p", {}, ...line(block.text));
    case "quote":
      return h("blockquote", {}, ...all(block.text));
    case "code":
      return h("pre", { tabindex: 0, dir: "ltr" }, h("code", {}, block.text));
    case "list":
      return h(block.isOrdered ? "ol" : "ul", block.isOrdered ? { start: block.start } : {}, ...items(block.items));
    case "table":
      return h("div", { class: "wide", tabindex: 0 }, table(block.header, block.rows));
  }

  function items(list: string[]) {
    return list.map((item) => {
      const [first = "", ...rest] = item.split("\n");
      return h("li", {}, ...line(first), ...(rest.length > 0 ? all(rest.join("\n")) : []));
    });
  }

  function table(header: string[], rows: string[][]) {
    const head = header.map((cell) => h("th", { scope: "col" }, ...line(cell)));
    const body = rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, ...line(cell)))));
    return h("table", {}, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...body));
  }
}

const CODE: [RegExp, Draw] = [/`([^`\n]+)`/, ([, code]) => h("code", { dir: "ltr" }, code)];
const LABEL: [RegExp, Draw] = [/!?\[([^\]\n]*)\]\([^)\n]*\)/, ([, label = ""]) => label];
const EMPHASIS: [RegExp, Draw][] = [
  [/\*\*(?=\S)([^\n]+?)(?<=\S)\*\*/, ([, bold = ""], inside) => h("b", {}, ...inside(bold))],
  [/\*(?![\s*])([^*\n]+)(?<=\S)\*/, ([, italic = ""], inside) => h("i", {}, ...inside(italic))],
];

function inline(text: string, buttonOf: ButtonOf): Node[] {
  const citation: [RegExp, Draw] = [/\[(\d{1,3})\](?!\()/, ([whole, n]) => buttonOf(Number(n)) ?? whole];
  const marks = [CODE, citation, LABEL, ...EMPHASIS];
  const nodes: Node[] = [];
  let rest = text;
  for (;;) {
    const first = earliest(marks, rest);
    if (!first) break;
    const [match, draw] = first;
    const made = draw(match, (inner) => inline(inner, buttonOf));
    nodes.push(new Text(rest.slice(0, match.index)), typeof made === "string" ? new Text(made) : made);
    rest = rest.slice(match.index + match[0].length);
  }
  return [...nodes, new Text(rest)].filter((node) => !(node instanceof Text) || node.data !== "");
}

function earliest(marks: [RegExp, Draw][], text: string): [RegExpExecArray, Draw] | null {
  let best: [RegExpExecArray, Draw] | null = null;
  for (const [pattern, draw] of marks) {
    const match = pattern.exec(text);
    if (match && (best === null || match.index < best[0].index)) best = [match, draw];
  }
  return best;
}

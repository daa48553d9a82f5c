/** The blocks of a Markdown text. What is not a block of a known kind is a paragraph, word for word. */

export type Block =
  | { kind: "heading"; text: string }
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "quote"; text: string }
  | { kind: "list"; isOrdered: boolean; start: number; items: string[] }
  | { kind: "table"; header: string[]; rows: string[][] };

const HEADING = /^#{1,6}\s+(.*)$/;
const ITEM = /^(\s*)(?:[-*]|(\d{1,9})[.)])\s+(.*)$/;
const FENCE = /^\s*(`{3,}|~{3,})/;
const QUOTE = /^\s*> ?/;
const RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const INSIDE = /^(\s{2,}|\t)/;

type Found = { block: Block; end: number } | null;
type Reader = (lines: readonly string[], at: number) => Found;

/** The first reader that knows the line takes it, and those that belong to it. */
const READERS: Reader[] = [codeAt, headingAt, tableAt, listAt, quoteAt];

export function blocksOf(text: string): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) blocks.push({ kind: "text", text: paragraph.join("\n") });
    paragraph = [];
  };
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as string;
    const found = line.trim() === "" ? null : firstOf(lines, at);
    if (found || line.trim() === "") flush();
    else paragraph.push(line);
    if (found) blocks.push(found.block);
    at = found ? found.end : at + 1;
  }
  flush();
  return blocks;
}

function firstOf(lines: readonly string[], at: number): Found {
  for (const reader of READERS) {
    const found = reader(lines, at);
    if (found) return found;
  }
  return null;
}

function headingAt(lines: readonly string[], at: number): Found {
  const match = HEADING.exec(lines[at] as string);
  return match ? { block: { kind: "heading", text: match[1] as string }, end: at + 1 } : null;
}

/** To the closing fence, or to the end of a text that is still being written. */
function codeAt(lines: readonly string[], at: number): Found {
  const fence = FENCE.exec(lines[at] as string)?.[1];
  if (!fence) return null;
  const rest = lines.slice(at + 1);
  const closing = rest.findIndex((line) => line.trim() === fence);
  const inside = closing < 0 ? rest : rest.slice(0, closing);
  return { block: { kind: "code", text: inside.join("\n") }, end: at + 1 + inside.length + (closing < 0 ? 0 : 1) };
}

function quoteAt(lines: readonly string[], at: number): Found {
  const inside: string[] = [];
  for (let i = at; i < lines.length && QUOTE.test(lines[i] as string); i += 1)
    inside.push((lines[i] as string).replace(QUOTE, ""));
  return inside.length > 0 ? { block: { kind: "quote", text: inside.join("\n") }, end: at + inside.length } : null;
}

/** Items of one depth; deeper lines belong to the item above them. */
function listAt(lines: readonly string[], at: number): Found {
  const first = ITEM.exec(lines[at] as string);
  if (!first) return null;
  const [, indent = "", number] = first;
  const items: string[] = [];
  let end = at;
  for (; end < lines.length; end += 1) {
    const line = lines[end] as string;
    const item = ITEM.exec(line);
    const isNext = item !== null && (item[1] ?? "").length <= indent.length;
    if (isNext && (item[2] === undefined) !== (number === undefined)) break;
    if (isNext) items.push(item[3] as string);
    else if (line.trim() !== "" && INSIDE.test(line.slice(indent.length)))
      items.push(`${items.pop()}\n${line.slice(indent.length).replace(INSIDE, "")}`);
    else break;
  }
  return { block: { kind: "list", isOrdered: number !== undefined, start: Number(number ?? 1), items }, end };
}

function tableAt(lines: readonly string[], at: number): Found {
  const [head, rule] = [lines[at] as string, lines[at + 1] ?? ""];
  if (!head.includes("|") || !rule.includes("-") || !RULE.test(rule)) return null;
  const rows: string[][] = [];
  let end = at + 2;
  for (; end < lines.length && (lines[end] as string).includes("|"); end += 1) rows.push(cellsOf(lines[end] as string));
  return { block: { kind: "table", header: cellsOf(head), rows }, end };
}

const cellsOf = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

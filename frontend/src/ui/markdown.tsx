/** A little Markdown for notes and help: headings, lists, bold, italic, code and links. All else is plain text. */
import { Fragment, type ReactNode } from "react";

export function Markdown({ text }: { text: string }) {
  return <>{blocksOf(text).map(drawn)}</>;
}

/** One line of it, without paragraphs or lists: the help under a field. */
export function MarkdownLine({ text }: { text: string }) {
  return <>{inline(text)}</>;
}

/** Joins the lines of a text that was wrapped at a fixed width, so that it flows in any; list items stay apart. */
export function unwrapped(text: string): string {
  return text.replaceAll(/(?<=\S)[ \t]*\n[ \t]*(?=\S)(?![-*] |#{1,3} )/g, " ");
}

type Block = { kind: "heading" | "text"; lines: string[] } | { kind: "list"; lines: string[] };

const HEADING = /^#{1,3}\s+/;
const ITEM = /^\s*[-*]\s+/;

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of text.split("\n")) {
    const kind = HEADING.test(line) ? "heading" : ITEM.test(line) ? "list" : "text";
    const last = blocks.at(-1);
    if (line.trim() === "") blocks.push({ kind: "text", lines: [] });
    else if (last?.kind === kind && kind !== "heading" && last.lines.length) last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  }
  return blocks.filter((block) => block.lines.length > 0);
}

function drawn(block: Block, index: number): ReactNode {
  const key = `${index} ${block.kind}`;
  if (block.kind === "heading") return <strong key={key}>{inline((block.lines[0] ?? "").replace(HEADING, ""))}</strong>;
  if (block.kind === "list") {
    return (
      <ul key={key}>
        {block.lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no identity of their own
          <li key={at}>{inline(line.replace(ITEM, ""))}</li>
        ))}
      </ul>
    );
  }
  return <p key={key}>{inline(block.lines.join("\n"))}</p>;
}

/** The first that matches wins; a link goes to the web only. */
const MARKS: [RegExp, (match: RegExpExecArray) => ReactNode][] = [
  [/`([^`\n]+)`/, ([, code]) => <code>{code}</code>],
  [/\*\*(?=\S)([^\n]+?)(?<=\S)\*\*/, ([, bold = ""]) => <b>{inline(bold)}</b>],
  [/\*(?![\s*])([^*\n]+)(?<=\S)\*/, ([, italic = ""]) => <i>{inline(italic)}</i>],
  [
    /\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/,
    ([, label, to]) => (
      <a href={to} target="_blank" rel="noopener noreferrer" className="nodrag">
        {label}
      </a>
    ),
  ],
];

function inline(text: string): ReactNode {
  const found = MARKS.map(([pattern, draw]) => ({ match: pattern.exec(text), draw }))
    .filter((each): each is { match: RegExpExecArray; draw: (match: RegExpExecArray) => ReactNode } => !!each.match)
    .sort((a, b) => a.match.index - b.match.index)[0];
  if (!found) return text;
  const { match, draw } = found;
  return (
    <Fragment>
      {text.slice(0, match.index)}
      {draw(match)}
      {inline(text.slice(match.index + match[0].length))}
    </Fragment>
  );
}

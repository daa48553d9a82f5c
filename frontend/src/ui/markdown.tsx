/** A little Markdown for notes, help and answers: what it does not know is plain text, and no markup is ever executed. */
import { Fragment, type ReactNode } from "react";
import { type Block, blocksOf } from "./markdown-blocks";

/** Something inside a line: where it stands, and how it is drawn. */
export type Mark = [pattern: RegExp, draw: (match: RegExpExecArray, inside: (text: string) => ReactNode) => ReactNode];

type Props = {
  text: string;
  /** Marks of the page's own, which come before all others. */
  marks?: readonly Mark[];
  /** False shows only what a link is called: for texts that nobody vouches for. */
  canLink?: boolean;
};

export function Markdown({ text, marks = [], canLink = true }: Props) {
  const known = [...marks, CODE, ...(canLink ? [LINK] : [LABEL]), ...EMPHASIS];
  return <>{drawnAll(text, known)}</>;
}

/** One line of it, without paragraphs or lists: the help under a field. */
export function MarkdownLine({ text }: { text: string }) {
  return <>{inline(text, [CODE, LINK, ...EMPHASIS])}</>;
}

/** Joins the lines of a text that was wrapped at a fixed width, so that it flows in any; list items stay apart. */
export function unwrapped(text: string): string {
  return text.replaceAll(/(?<=\S)[ \t]*\n[ \t]*(?=\S)(?![-*] |#{1,3} )/g, " ");
}

const drawnAll = (text: string, marks: readonly Mark[]) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: blocks of a text have no identity of their own
  blocksOf(text).map((block, at) => <Fragment key={at}>{drawn(block, marks)}</Fragment>);

function drawn(block: Block, marks: readonly Mark[]): ReactNode {
  switch (block.kind) {
    case "heading":
      return <strong>{inline(block.text, marks)}</strong>;
    case "text":
      return <p>{inline(block.text, marks)}</p>;
    case "quote":
      return <blockquote>{drawnAll(block.text, marks)}</blockquote>;
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: code that scrolls must be reachable by keyboard
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "list":
      return block.isOrdered ? (
        <ol start={block.start}>{items(block.items, marks)}</ol>
      ) : (
        <ul>{items(block.items, marks)}</ul>
      );
    case "table":
      return table(block.header, block.rows, marks);
  }
}

/** The first line of an item stands by itself; what is deeper is drawn below it. */
const items = (list: readonly string[], marks: readonly Mark[]) =>
  list.map((item, at) => {
    const [first = "", ...rest] = item.split("\n");
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no identity of their own
      <li key={at}>
        {inline(first, marks)}
        {rest.length > 0 && drawnAll(rest.join("\n"), marks)}
      </li>
    );
  });

const cells = (row: readonly string[], marks: readonly Mark[], Cell: "th" | "td") =>
  row.map((cell, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: cells of a text have no identity of their own
    <Cell key={at} {...(Cell === "th" && { scope: "col" })}>
      {inline(cell, marks)}
    </Cell>
  ));

const table = (header: readonly string[], rows: readonly string[][], marks: readonly Mark[]) => (
  <table>
    <thead>
      <tr>{cells(header, marks, "th")}</tr>
    </thead>
    <tbody>
      {rows.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a text have no identity of their own
        <tr key={at}>{cells(row, marks, "td")}</tr>
      ))}
    </tbody>
  </table>
);

const CODE: Mark = [/`([^`\n]+)`/, ([, code]) => <code>{code}</code>];

/** To the web only. */
const LINK: Mark = [
  /\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/,
  ([, label, to]) => (
    <a href={to} target="_blank" rel="noopener noreferrer" className="nodrag">
      {label}
    </a>
  ),
];

/** A link or a picture, of which only the words are shown. */
const LABEL: Mark = [/!?\[([^\]\n]*)\]\([^)\n]*\)/, ([, label]) => label];

const EMPHASIS: Mark[] = [
  [/\*\*(?=\S)([^\n]+?)(?<=\S)\*\*/, ([, bold = ""], inside) => <b>{inside(bold)}</b>],
  [/\*(?![\s*])([^*\n]+)(?<=\S)\*/, ([, italic = ""], inside) => <i>{inside(italic)}</i>],
];

function inline(text: string, marks: readonly Mark[]): ReactNode {
  const found = marks
    .map(([pattern, draw]) => ({ match: pattern.exec(text), draw }))
    .filter((each): each is { match: RegExpExecArray; draw: Mark[1] } => each.match !== null)
    .sort((a, b) => a.match.index - b.match.index)[0];
  if (!found) return text;
  const { match, draw } = found;
  return (
    <Fragment>
      {text.slice(0, match.index)}
      {draw(match, (inner) => inline(inner, marks))}
      {inline(text.slice(match.index + match[0].length), marks)}
    </Fragment>
  );
}

"use client";
/** The canonical text of a document, block by block, with one stretch of it highlighted and scrolled to. */
import { cx } from "class-variance-authority";
import { createElement, useEffect, useMemo, useRef } from "react";
import type { Block, DocumentText } from "../types";
import { lengthOf, piecesOf, type Reading, readingOf, type Stretch, touches, wholeBlocks } from "./pieces";
import { words } from "./words";

type Props = { document: Pick<DocumentText, "text" | "blocks">; stretch: Stretch | null };

export function DocumentBody({ document, stretch }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const { text, blocks } = document;
  const [read, whole] = useMemo(() => {
    const reading = readingOf(text);
    return [reading, wholeBlocks(blocks, lengthOf(text), reading)] as const;
  }, [text, blocks]);
  const [start, end] = stretch ?? [null, null];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another stretch or text is scrolled to anew
  useEffect(() => {
    const mark = box.current?.querySelector("mark");
    if (!mark) return;
    // What is taller than the window is read from its first line.
    const isTall = mark.getBoundingClientRect().height > window.innerHeight / 2;
    mark.scrollIntoView({ block: isTall ? "start" : "center" });
  }, [start, end, text]);
  if (whole.length === 0) return <p className="text-muted">{words.empty}</p>;
  return (
    <div ref={box} className="grid max-w-[72ch] grid-cols-1 gap-3 leading-relaxed">
      {whole.map((block, index) => (
        <BlockView
          key={block.start}
          block={block}
          read={read}
          stretch={touches(block, stretch) ? stretch : null}
          page={block.page !== (whole[index - 1]?.page ?? null) ? block.page : null}
        />
      ))}
    </div>
  );
}

type BlockProps = {
  block: Block;
  read: Reading;
  /** Only of a block that it touches. */
  stretch: Stretch | null;
  /** Of a block that begins one. */
  page: number | null;
};

const LOOKS: Record<Block["kind"], string> = {
  heading: "pt-2 font-semibold",
  paragraph: "",
  list: "pl-4",
  table: "overflow-x-auto font-mono text-sm",
  code: "overflow-x-auto rounded-md border border-line bg-sunken p-3 font-mono text-sm",
  quote: "border-line border-l-2 pl-3 text-muted",
  admonition: "rounded-md border border-line bg-info-soft px-3 py-2",
  caption: "text-muted text-sm",
};
const HEADINGS = ["", "text-xl", "text-lg", "text-base"];
/** As lines, which may be wider than the page. */
const IN_LINES: ReadonlySet<Block["kind"]> = new Set(["code", "table"]);

function BlockView({ block, read, stretch, page }: BlockProps) {
  const isInLines = IN_LINES.has(block.kind);
  return (
    <>
      {page !== null && <p className="numbers border-line border-b pb-0.5 text-muted text-xs">{words.page(page)}</p>}
      {createElement(
        tagOf(block),
        {
          dir: block.kind === "code" ? "ltr" : "auto",
          "data-start": block.start,
          ...(isInLines && { tabIndex: 0 }),
          className: cx(
            "min-w-0",
            LOOKS[block.kind],
            block.kind === "heading" && (HEADINGS[block.level ?? 2] ?? "text-base"),
            isInLines ? "whitespace-pre" : "whitespace-pre-wrap [overflow-wrap:anywhere]",
            // Blocks out of sight are not laid out: a manual of 500 pages opens as fast as a note.
            !stretch && "[contain-intrinsic-size:auto_4rem] [content-visibility:auto]",
          ),
        },
        piecesOf(read, block, stretch).map(({ text, start, isMarked }) =>
          isMarked ? (
            <mark
              key={start}
              className="scroll-mt-6 rounded-sm bg-warn-soft box-decoration-clone px-0.5 text-text underline decoration-warn decoration-1 underline-offset-4"
            >
              {text}
            </mark>
          ) : (
            text
          ),
        ),
      )}
    </>
  );
}

/** The page has a first heading of its own: those of the document begin below it. */
function tagOf({ kind, level }: Block): string {
  if (kind === "heading") return `h${Math.min(6, (level ?? 1) + 1)}`;
  return { code: "pre", table: "pre", quote: "blockquote" }[kind as string] ?? "div";
}

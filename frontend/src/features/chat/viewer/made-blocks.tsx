"use client";
/** What was made of each block; a click shows its source in the document. */
import { cx } from "class-variance-authority";
import type { BlockKind } from "../types";
import type { MadeBlock, Variant } from "./variants";
import { words as all } from "./words";

const words = all.variants;

const IN_LINES: ReadonlySet<BlockKind> = new Set(["code", "table"]);

type Props = { variant: Variant; onShow: (at: string) => void };

export function MadeBlocks({ variant: { blocks, deltas }, onShow }: Props) {
  return (
    <div className="grid grid-cols-1 gap-3 leading-relaxed">
      {blocks.map((block) => (
        <Made key={block.i} block={block} onShow={onShow} />
      ))}
      {Object.entries(deltas).map(([i, text]) => (
        <p key={i} dir="auto" className="whitespace-pre-wrap text-muted [overflow-wrap:anywhere]">
          {text}
        </p>
      ))}
    </div>
  );
}

function Made({ block, onShow }: { block: MadeBlock; onShow: (at: string) => void }) {
  const { kind, text, state, doubts } = block;
  return (
    <div className="grid min-w-0 grid-cols-1 gap-0.5">
      <div
        dir={kind === "code" ? "ltr" : "auto"}
        className={cx(
          "min-w-0",
          kind === "heading" && "font-semibold",
          kind === "code" && "rounded-md border border-line bg-sunken p-3",
          IN_LINES.has(kind)
            ? "overflow-x-auto whitespace-pre font-mono text-sm"
            : "whitespace-pre-wrap [overflow-wrap:anywhere]",
          state === "failed" && "text-muted",
        )}
      >
        {text}
      </div>
      <p className="flex flex-wrap gap-x-3 text-xs">
        {state !== "kept" && (
          <button
            type="button"
            className="text-muted hover:text-text hover:underline"
            onClick={() => onShow(`${block.start}-${block.end}`)}
          >
            {words.toSource}
          </button>
        )}
        {state === "failed" && <span className="text-warn">{words.notMade}</span>}
        {doubts.length > 0 && (
          <span className="text-warn" title={doubts.join("\n")}>
            {words.doubts}: {doubts.join(" ")}
          </span>
        )}
      </p>
    </div>
  );
}

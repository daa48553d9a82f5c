"use client";
/** The keys of the table, in one line below it. */
import { KeyHint } from "@/ui/key-hint";
import { words } from "../words";

const MOST = 9;

export function KeyLine({ classes }: { classes: readonly string[] | null }) {
  const n = Math.min(MOST, classes?.length ?? 0);
  const keys: [string, string][] = [
    ["J K", words.keys.move],
    ...(n > 1 ? ([[`1–${n}`, words.keys.correct]] as [string, string][]) : []),
    ["C", words.keys.choose],
    ["Esc", words.keys.close],
  ];
  return (
    <p className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-line border-t px-4 py-1.5 text-muted text-xs max-md:hidden">
      <span>{words.keys.note}</span>
      {keys.map(([key, what]) => (
        <span key={key} className="inline-flex items-center gap-1.5">
          <KeyHint keys={key} />
          {what}
        </span>
      ))}
    </p>
  );
}

"use client";

import { Info, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { Warning } from "@/api/types";
import { Button } from "@/ui/button";

const SHOWN = 5;

type Props = { warnings: Warning[]; onColumn?: (column: string) => void };

/** What to watch out for, the serious first. */
export function WarningList({ warnings, onColumn }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const sorted = [...warnings].sort((a, b) => Number(a.severity === "info") - Number(b.severity === "info"));
  const shown = isOpen ? sorted : sorted.slice(0, SHOWN);
  return (
    <div className="grid gap-2">
      <ul aria-label="Warnings" className="grid gap-1.5">
        {shown.map((warning) => (
          <Item key={`${warning.kind} ${warning.column} ${warning.message}`} warning={warning} onColumn={onColumn} />
        ))}
      </ul>
      {sorted.length > SHOWN && (
        <Button look="link" size="inline" className="justify-self-start" onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? "Show fewer" : `Show all ${sorted.length}`}
        </Button>
      )}
    </div>
  );
}

function Item({ warning, onColumn }: { warning: Warning; onColumn?: (column: string) => void }) {
  const isSerious = warning.severity === "warning";
  const Icon = isSerious ? TriangleAlert : Info;
  return (
    <li className="flex items-start gap-2">
      <Icon
        role="img"
        aria-label={isSerious ? "Warning" : "Note"}
        className={isSerious ? "mt-0.5 size-4 shrink-0 text-warn" : "mt-0.5 size-4 shrink-0 text-info"}
      />
      <p className="min-w-0 break-words">
        {warning.message} {warning.hint && <span className="text-muted">{warning.hint}</span>}{" "}
        {warning.column !== null && onColumn && (
          <button
            type="button"
            className="text-accent underline-offset-2 hover:underline"
            onClick={() => onColumn(warning.column as string)}
          >
            Show {warning.column}
          </button>
        )}
      </p>
    </li>
  );
}

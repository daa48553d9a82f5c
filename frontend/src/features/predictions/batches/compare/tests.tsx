"use client";
/** Which groups differ, in words: the clearest first. */
import { useState } from "react";
import { Button } from "@/ui/button";
import { words } from "../words";
import type { Test } from "./queries";

const FIRST = 8;

export function Tests({ tests }: { tests: readonly Test[] }) {
  const [isAll, setIsAll] = useState(false);
  if (tests.length === 0) return <p className="text-muted">{words.comparing.noTests}</p>;
  const sorted = [...tests].sort((a, b) => (a.p_value ?? 1) - (b.p_value ?? 1));
  const shown = isAll ? sorted : sorted.slice(0, FIRST);
  return (
    <div className="grid justify-items-start gap-2">
      <ul className="grid max-w-[80ch] gap-1">
        {shown.map(({ a, b, told }) => (
          <li key={`${a}\u0000${b}`} className="break-words">
            {told}
          </li>
        ))}
      </ul>
      {sorted.length > shown.length && (
        <Button size="sm" onClick={() => setIsAll(true)}>
          {words.comparing.otherTests(sorted.length - shown.length)}
        </Button>
      )}
    </div>
  );
}

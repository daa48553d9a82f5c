"use client";
/** The probability of every class, as bars in the classes' colours, largest first. */
import { useState } from "react";
import { formatFraction, plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { classColor } from "./class-colors";
import { ranked } from "./trying/row";
import { words } from "./words";

const FIRST = 10;

type Props = { probabilities: Readonly<Record<string, number>>; chosen: string; classes: readonly string[] | null };

export function Probabilities({ probabilities, chosen, classes }: Props) {
  const [isAll, setIsAll] = useState(false);
  const all = ranked(probabilities);
  const shown = isAll ? all : all.slice(0, FIRST);
  return (
    <div className="grid gap-2">
      <ol
        aria-label={words.answer.probabilities}
        className="grid grid-cols-[minmax(0,max-content)_minmax(0,1fr)_auto] gap-x-3 gap-y-1"
      >
        {shown.map(([name, p]) => (
          <li key={name} className="numbers col-span-3 grid grid-cols-subgrid items-center text-sm">
            <span className={name === chosen ? "max-w-40 truncate font-medium" : "max-w-40 truncate"} title={name}>
              <bdi>{name}</bdi>
            </span>
            <span aria-hidden className="h-3 overflow-hidden rounded-sm bg-hover">
              <span
                className="block h-3 rounded-sm"
                style={{ width: `${p * 100}%`, backgroundColor: classColor(classes, name) }}
              />
            </span>
            <span className={name === chosen ? "text-right font-medium" : "text-right"}>{formatFraction(p)}</span>
          </li>
        ))}
      </ol>
      {all.length > shown.length && (
        <Button size="sm" className="justify-self-start" onClick={() => setIsAll(true)}>
          {words.answer.others(plural(all.length - shown.length, "class", "classes"))}
        </Button>
      )}
    </div>
  );
}

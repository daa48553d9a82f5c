"use client";
/** Two lists with bars away from a middle line; the number beside each bar says the same. */
import { CATEGORY_COLORS } from "@/ui/chart-theme";
import { words } from "../words";
import type { Telling, TellingWord } from "./queries";

const SHOWN = 20;
type Colors = { a: string; b: string };
const COLORS: Colors = { a: CATEGORY_COLORS[0] ?? "", b: CATEGORY_COLORS[1] ?? "" };

type Props = { telling: Telling; names: { a: string; b: string }; colors: Colors | undefined };

export function TwoSides({ telling, names, colors = COLORS }: Props) {
  const all = [...telling.a, ...telling.b];
  if (all.length === 0) return <p className="text-muted">{telling.told || words.telling.none}</p>;
  const most = Math.max(...all.map(({ z }) => Math.abs(z)));
  return (
    <div className="grid gap-3">
      <div className="grid gap-x-0 gap-y-6 sm:grid-cols-2">
        <Side side="a" name={names.a} found={telling.a} most={most} color={colors.a} />
        <Side side="b" name={names.b} found={telling.b} most={most} color={colors.b} />
      </div>
      <p className="max-w-[72ch] text-muted text-sm">
        {words.telling.text(telling.n_a, telling.n_b)} {telling.told}
      </p>
    </div>
  );
}

type SideProps = { side: "a" | "b"; name: string; found: readonly TellingWord[]; most: number; color: string };

function Side({ side, name, found, most, color }: SideProps) {
  const isLeft = side === "a";
  return (
    <div className={isLeft ? "min-w-0 sm:border-line sm:border-r" : "min-w-0"}>
      <h3 className={`truncate pb-1 font-medium text-sm ${isLeft ? "sm:pr-2 sm:text-right" : "sm:pl-2"}`}>
        <bdi>{words.telling.more(name)}</bdi>
      </h3>
      {found.length === 0 && (
        <p className={`text-muted text-sm ${isLeft ? "sm:pr-2 sm:text-right" : "sm:pl-2"}`}>{words.telling.noneHere}</p>
      )}
      <ol className="numbers grid gap-0.5 text-sm">
        {found.slice(0, SHOWN).map(({ word, z, n_a, n_b }) => (
          <li
            key={word}
            title={words.telling.z(Math.abs(z).toFixed(2), n_a, n_b)}
            className={`grid grid-cols-[minmax(0,1fr)_3rem_minmax(0,45%)] items-center gap-2 ${isLeft ? "sm:grid-flow-dense sm:grid-cols-[minmax(0,1fr)_3rem_minmax(0,45%)]" : "sm:grid-cols-[minmax(0,45%)_3rem_minmax(0,1fr)]"}`}
          >
            <bdi className={`truncate ${isLeft ? "sm:text-right" : "sm:order-3"}`}>{word.replaceAll("_", " ")}</bdi>
            <span className={`text-muted text-xs ${isLeft ? "text-right" : "text-right sm:order-2 sm:text-left"}`}>
              {Math.abs(z).toFixed(1)}
            </span>
            <span aria-hidden className={`flex h-3 ${isLeft ? "sm:justify-end" : "sm:order-1"}`}>
              <span
                className={`h-3 ${isLeft ? "rounded-l-sm max-sm:rounded-r-sm" : "rounded-r-sm max-sm:rounded-l-sm"}`}
                style={{ width: `${(Math.abs(z) / most) * 100}%`, backgroundColor: color }}
              />
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

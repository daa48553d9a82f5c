"use client";
/** A row per group: how many rows, the share of each class with its interval, or the mean. */
import { formatCount, formatFraction, formatNumber } from "@/lib/format";
import { classColor } from "../../class-colors";
import { words } from "../words";
import type { Group } from "./queries";

/** More classes than these are in the charts only. */
const SHOWN = 8;

export function GroupTable({ groups, classes }: { groups: readonly Group[]; classes: readonly string[] | null }) {
  const named = (classes ?? [...new Set(groups.flatMap(({ shares }) => Object.keys(shares)))]).slice(0, SHOWN);
  const hasMean = groups.some(({ mean }) => mean !== null);
  const hasConfidence = groups.some(({ mean_confidence }) => mean_confidence !== null);
  const cell = "px-3 py-1.5 text-right whitespace-nowrap";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={words.comparing.shares} tabIndex={0} className="overflow-x-auto">
      <table className="numbers text-sm">
        <caption className="pb-1 text-left font-medium">
          {hasMean ? words.comparing.means : words.comparing.shares}
        </caption>
        <thead>
          <tr className="border-line border-b text-muted">
            <th scope="col" className="py-1.5 pr-3 text-left font-medium">
              {words.comparing.group}
            </th>
            <th scope="col" className={`${cell} font-medium`}>
              {words.comparing.rows}
            </th>
            {hasConfidence && (
              <th scope="col" className={`${cell} font-medium`}>
                {words.comparing.confidence}
              </th>
            )}
            {hasMean && (
              <th scope="col" className={`${cell} font-medium`}>
                {words.comparing.mean}
              </th>
            )}
            {named.map((name) => (
              <th key={name} scope="col" className={`${cell} font-medium`}>
                <span className="inline-flex items-center gap-1.5">
                  <span
                    aria-hidden
                    className="size-2.5 rounded-sm"
                    style={{ backgroundColor: classColor(classes, name) }}
                  />
                  <bdi>{name}</bdi>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.key} className="border-line border-b align-top">
              <th scope="row" className="max-w-[32ch] truncate py-1.5 pr-3 text-left font-medium" title={group.title}>
                <bdi>{group.title}</bdi>
              </th>
              <td className={cell}>{formatCount(group.n)}</td>
              {hasConfidence && <td className={cell}>{formatFraction(group.mean_confidence)}</td>}
              {hasMean && (
                <td className={cell}>
                  {formatNumber(group.mean?.value)}
                  {group.mean && (
                    <span className="block text-muted text-xs">
                      {words.comparing.between(formatNumber(group.mean.low), formatNumber(group.mean.high))}
                    </span>
                  )}
                </td>
              )}
              {named.map((name) => {
                const share = group.shares[name];
                return (
                  <td key={name} className={cell}>
                    {formatFraction(share?.share)}
                    {share && (
                      <span className="block text-muted text-xs">
                        {words.comparing.between(formatFraction(share.low), formatFraction(share.high))}
                      </span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

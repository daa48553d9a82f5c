"use client";
/** How many rows can be predicted, and which cannot and why. */
import { CircleCheck, TriangleAlert } from "lucide-react";
import { formatCount } from "@/lib/format";
import type { CheckResult, Reason } from "../types";
import { words } from "../words";

/** Row numbers that are named for one reason. */
const NAMED = 12;

/** `isPast`: the rows were predicted meanwhile, so only what was wrong with the others is still of use. */
export function CheckReport({ check, isPast = false }: { check: CheckResult; isPast?: boolean }) {
  const ok = check.n_rows - check.n_bad;
  const Icon = check.n_bad === 0 && check.n_rows > 0 ? CircleCheck : TriangleAlert;
  return (
    <div className="grid gap-3">
      {!isPast && (
        <p className="flex items-start gap-2" role="status">
          <Icon
            aria-hidden
            className={`mt-0.5 size-4 shrink-0 ${check.n_bad === 0 && check.n_rows > 0 ? "text-good" : "text-warn"}`}
          />
          {verdict(check.n_rows, ok)}
        </p>
      )}
      {check.reasons.length > 0 && <Reasons reasons={check.reasons} />}
      {!isPast &&
        check.warnings.map((warning) => (
          <p key={warning} className="max-w-[72ch] break-words text-sm text-warn">
            {warning}
          </p>
        ))}
    </div>
  );
}

function verdict(n: number, ok: number): string {
  if (n === 0) return words.check.none;
  if (ok === 0) return words.check.allBad(n);
  if (ok < n) return words.check.some(ok, n - ok);
  return n === 1 ? words.check.one : words.check.good(n);
}

function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={words.check.reason} tabIndex={0} className="overflow-x-auto">
      <table className="numbers w-full text-sm">
        <thead>
          <tr className="border-line border-b text-left text-muted">
            <th scope="col" className="py-1.5 pr-3 font-medium">
              {words.check.column}
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              {words.check.reason}
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              {words.check.rows}
            </th>
            <th scope="col" className="py-1.5 pl-3 font-medium">
              {words.check.which}
            </th>
          </tr>
        </thead>
        <tbody>
          {reasons.map(({ column, reason, n_rows, rows }) => (
            <tr key={`${column}\u0000${reason}`} className="border-line border-b align-top">
              <th scope="row" className="max-w-[24ch] break-words py-2 pr-3 text-left font-medium">
                <bdi>{column ?? words.check.wholeRow}</bdi>
              </th>
              <td className="min-w-[24ch] max-w-[60ch] break-words px-3 py-2">{reason}</td>
              <td className="px-3 py-2 text-right">{formatCount(n_rows)}</td>
              <td className="min-w-[16ch] py-2 pl-3 text-muted">{rowNumbers(rows, n_rows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function rowNumbers(rows: readonly number[], n: number): string {
  const named = rows.slice(0, NAMED).map(formatCount).join(", ");
  return n > Math.min(rows.length, NAMED) ? `${named} …` : named;
}

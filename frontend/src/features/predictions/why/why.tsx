"use client";
/** What pushed one prediction: words marked in their text, and every reason as a bar; the sum is the score. */
import { useState } from "react";
import type { Reason, Why as WhyOf } from "@/api/types";
import { formatValue } from "@/lib/format";
import { Button } from "@/ui/button";
import { MarkedText } from "./marked-text";
import { signed, WAYS } from "./ways";
import { words } from "./words";

const FIRST = 8;

type Props = { why: WhyOf; inputs: Readonly<Record<string, unknown>> };

export function Why({ why, inputs }: Props) {
  if (why.unavailable) {
    return (
      <p className="text-muted text-sm">
        {words.unavailable}: {why.unavailable}
      </p>
    );
  }
  const texts = [...new Set(why.reasons.flatMap(({ spans, column }) => (spans?.length && column ? [column] : [])))];
  return (
    <div className="grid gap-4">
      {texts.map((column) => (
        <MarkedText
          key={column}
          column={texts.length > 1 ? column : null}
          text={String(inputs[column] ?? "")}
          reasons={why.reasons.filter((reason) => reason.column === column)}
        />
      ))}
      <Reasons why={why} hasSeveralTexts={texts.length > 1} />
    </div>
  );
}

function Reasons({ why, hasSeveralTexts }: { why: WhyOf; hasSeveralTexts: boolean }) {
  const [isAll, setIsAll] = useState(false);
  const sorted = [...why.reasons].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const shown = isAll ? sorted : sorted.slice(0, FIRST);
  const hidden = sorted.slice(shown.length);
  const rest = (why.rest ?? 0) + hidden.reduce((sum, { contribution }) => sum + contribution, 0);
  const most = Math.max(...shown.map(({ contribution }) => Math.abs(contribution)), Math.abs(rest), 1e-12);
  return (
    <div className="grid gap-2">
      <table className="numbers w-full table-fixed text-sm">
        <caption className="pb-1 text-left text-muted">{words.of(why.of)}</caption>
        <colgroup>
          <col className="w-[46%]" />
          <col />
          <col className="w-20" />
        </colgroup>
        <thead className="sr-only">
          <tr>
            <th scope="col">{words.columns.reason}</th>
            <td />
            <th scope="col">{words.columns.contribution}</th>
          </tr>
        </thead>
        <tbody>
          <Line label={words.base} value={why.base} />
          {shown.map((reason) => (
            <Line
              key={`${reason.column}\u0000${reason.feature}\u0000${reason.spans?.[0]?.[0] ?? ""}`}
              label={labelOf(reason, hasSeveralTexts)}
              value={reason.contribution}
              most={most}
              isSigned
            />
          ))}
          {(rest !== 0 || hidden.length > 0) && <Line label={words.rest} value={rest} most={most} isSigned isMuted />}
          <Line label={why.scale ? words.scoreIn(why.scale) : words.score} value={why.score} isSum />
        </tbody>
      </table>
      {hidden.length > 0 && (
        <Button size="sm" className="justify-self-start" onClick={() => setIsAll(true)}>
          {words.more(hidden.length)}
        </Button>
      )}
      <p className="text-muted text-xs">{words.method(why.method)}</p>
    </div>
  );
}

/** The words themselves for a text; the column and what stands in it for everything else. */
function labelOf({ feature, column, value, spans }: Reason, hasSeveralTexts: boolean): string {
  if (column === null) return feature;
  if (spans) return hasSeveralTexts ? `${column}: ${feature}` : feature;
  const shown = value === null ? words.missing : typeof value === "number" ? formatValue(value) : String(value);
  return `${column} = ${shown}`;
}

type LineProps = {
  label: string;
  value: number | null;
  /** The largest of the bars; without it there is no bar. */
  most?: number;
  isSigned?: boolean;
  isMuted?: boolean;
  isSum?: boolean;
};

function Line({ label, value, most, isSigned = false, isMuted = false, isSum = false }: LineProps) {
  const part = most && value !== null ? (Math.abs(value) / most) * 50 : 0;
  const isFor = (value ?? 0) >= 0;
  return (
    <tr className={isSum ? "border-line border-t font-medium" : undefined}>
      <th
        scope="row"
        title={label}
        className={`truncate py-0.5 pr-2 text-left ${isSum ? "font-medium" : "font-normal"} ${most && !isMuted ? "" : "text-muted"}`}
      >
        <bdi>{label}</bdi>
      </th>
      <td aria-hidden className="py-0.5">
        {most && (
          <span className="relative block h-3 rounded-sm bg-hover">
            <span
              className="absolute top-0 h-3 rounded-sm"
              style={{
                width: `${part}%`,
                [isFor ? "left" : "right"]: "50%",
                backgroundColor: isFor ? WAYS.towards : WAYS.against,
                opacity: isMuted ? 0.45 : 1,
              }}
            />
          </span>
        )}
      </td>
      <td className="py-0.5 pl-2 text-right">{isSigned ? signed(value) : formatValue(value)}</td>
    </tr>
  );
}

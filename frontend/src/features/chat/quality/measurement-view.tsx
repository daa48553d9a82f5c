"use client";
/** The figures of one measurement, each with its interval, how many questions it rests on, and how it changed. */
import { formatMoment, formatNumber } from "@/lib/format";
import { Badge } from "@/ui/badge";
import { Select } from "@/ui/field";
import { RelativeTime } from "@/ui/relative-time";
import { formatChange, formatFigure, GROUPS, intervalText, isSure } from "./figures";
import type { Figure, FigureChange, Measurement } from "./types";
import { words } from "./words";

type Props = { measurement: Measurement; all: readonly Measurement[]; onChoose: (id: string) => void };

export function MeasurementView({ measurement, all, onChoose }: Props) {
  return (
    <div className="grid min-w-0 grid-cols-1 content-start gap-4">
      <Head measurement={measurement} all={all} onChoose={onChoose} />
      {Object.entries(GROUPS).map(([group, names]) => (
        <Group
          key={group}
          title={words.groups[group as keyof typeof GROUPS]}
          names={names.filter((name) => isWorthShowing(measurement.figures[name]))}
          measurement={measurement}
        />
      ))}
    </div>
  );
}

/** A figure that no question belongs to is left out; one that could not be scored is told. */
const isWorthShowing = (figure: Figure | undefined) =>
  figure !== undefined && (figure.value !== null || figure.n_not_scorable > 0);

function Head({ measurement, all, onChoose }: Props) {
  const { strategy, llm, n_questions, total_cost_usd, n_unknown_cost } = measurement;
  const by = llm ?? (strategy === "extractive" ? words.extractive : null);
  return (
    <div className="grid gap-1">
      <div className="flex flex-wrap items-center gap-2">
        {all.length > 1 && (
          <Select
            className="max-w-72"
            aria-label={words.choose}
            value={measurement.id}
            onChange={(event) => onChoose(event.target.value)}
          >
            {all.map(({ id, created_at, collection_version }) => (
              <option key={id} value={id}>
                {`${formatMoment(new Date(created_at))} · ${words.version(collection_version)}`}
              </option>
            ))}
          </Select>
        )}
        {measurement.is_cut && <Badge tone="warn">{words.cut}</Badge>}
        {measurement.is_scripted && <Badge tone="warn">{words.scripted}</Badge>}
      </div>
      <p className="numbers flex flex-wrap gap-x-3 text-muted text-sm">
        <RelativeTime at={measurement.created_at} />
        <span>{words.version(measurement.collection_version)}</span>
        <span>{words.of(n_questions)}</span>
        {by && <span>{words.answeredBy(by)}</span>}
        {total_cost_usd !== null && total_cost_usd > 0 && <span>{words.cost(formatNumber(total_cost_usd))}</span>}
        {n_unknown_cost > 0 && <span className="text-warn">{words.unknownCost(n_unknown_cost)}</span>}
      </p>
      {measurement.told && <p className="max-w-[72ch] text-warn text-sm">{measurement.told}</p>}
    </div>
  );
}

type GroupProps = { title: string; names: readonly string[]; measurement: Measurement };

function Group({ title, names, measurement }: GroupProps) {
  if (names.length === 0) return null;
  const hasChanges = names.some((name) => measurement.changes[name]?.difference != null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="overflow-x-auto" aria-label={title} tabIndex={0}>
      <table className="numbers w-full text-sm">
        <caption className="pb-1 text-left font-medium">{title}</caption>
        <thead>
          <tr className="border-line border-b align-bottom text-muted">
            <th scope="col" className="py-1 text-left font-medium">
              {words.columns.figure}
            </th>
            <th scope="col" className="py-1 md:w-40 pl-3 text-right font-medium">
              {words.columns.value}
            </th>
            <th scope="col" className="py-1 md:w-12 pl-3 text-right font-medium">
              {words.columns.n}
            </th>
            {hasChanges && (
              <th scope="col" className="py-1 md:w-36 pl-3 text-right font-medium">
                {words.columns.change}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <FigureRow
              key={name}
              name={name}
              figure={measurement.figures[name] as Figure}
              change={measurement.changes[name]}
              hasChanges={hasChanges}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

type RowProps = { name: string; figure: Figure; change: FigureChange | undefined; hasChanges: boolean };

function FigureRow({ name, figure, change, hasChanges }: RowProps) {
  const interval = intervalText(name, figure);
  const why = Object.entries(figure.why_not).map(([reason, n]) => `${n}: ${reason}`);
  return (
    <tr className="border-line border-b align-top">
      <th scope="row" className="py-1.5 text-left font-normal">
        {words.figures[name] ?? name}
        {figure.n_not_scorable > 0 && (
          <span className="block text-muted text-xs" title={why.join("\n")}>
            {words.notScorable(figure.n_not_scorable)}
          </span>
        )}
      </th>
      <td className="py-1.5 pl-3 text-right">
        <span className="font-medium">{formatFigure(name, figure.value)}</span>
        {interval ? (
          <span className="block whitespace-nowrap text-muted text-xs">{interval}</span>
        ) : (
          figure.told && (
            <span className="block text-muted text-xs" title={figure.told}>
              {words.noInterval}
            </span>
          )
        )}
      </td>
      <td className="py-1.5 pl-3 text-right text-muted">{figure.n}</td>
      {hasChanges && (
        <td className="py-1.5 pl-3 text-right" title={change?.told ?? undefined}>
          {change && formatChange(name, change)}
          {change && isSure(change) && <span className="block text-muted text-xs">{words.sure}</span>}
        </td>
      )}
    </tr>
  );
}

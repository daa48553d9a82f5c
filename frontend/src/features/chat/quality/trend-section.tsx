"use client";
/** One figure over the measurements. */
import { useMemo, useState } from "react";
import { Chart } from "@/ui/chart";
import { Field, Select } from "@/ui/field";
import { Section } from "@/ui/page";
import { SHARES } from "./figures";
import type { TrendPoint } from "./types";
import { words as all } from "./words";

const words = all.trend;

export function TrendSection({ points }: { points: readonly TrendPoint[] }) {
  const known = SHARES.filter((name) => points.some(({ values }) => values[name] != null));
  const [chosen, setChosen] = useState("mrr_at_10");
  const name = known.includes(chosen) ? chosen : known[0];
  const spec = useMemo(() => trendSpec(points, name ?? ""), [points, name]);
  if (points.length < 2 || name === undefined) {
    return (
      <Section title={words.title}>
        <p className="text-muted text-sm">{words.few}</p>
      </Section>
    );
  }
  return (
    <Section title={words.title}>
      <div className="max-w-72">
        <Field label={words.figure}>
          {(wired) => (
            <Select {...wired} value={name} onChange={(event) => setChosen(event.target.value)}>
              {known.map((each) => (
                <option key={each} value={each}>
                  {all.figures[each]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Chart title={words.chart(all.figures[name] ?? name)} spec={spec} height={220} />
    </Section>
  );
}

/** By place, not by time: several measurements of one afternoon stay apart. */
export function trendSpec(points: readonly TrendPoint[], name: string): Record<string, unknown> {
  const values = points.map((point, index) => ({
    measurement: index + 1,
    version: point.collection_version,
    at: point.at,
    share: point.values[name] ?? null,
  }));
  return {
    data: { values },
    height: 200,
    mark: { type: "line", point: true, tooltip: true },
    encoding: {
      x: { field: "measurement", type: "ordinal", title: words.at, axis: { labelAngle: 0 } },
      y: { field: "share", type: "quantitative", title: words.value, scale: { domain: [0, 1] } },
      tooltip: [{ field: "at" }, { field: "version" }, { field: "share", format: ".3f" }],
    },
  };
}

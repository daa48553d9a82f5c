"use client";

import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Result, VisualizationSpec } from "vega-embed";
import { toCsv } from "@/lib/csv";
import { download, fileName } from "@/lib/download";
import { useIsDark } from "@/lib/theme";
import { Button } from "./button";
import { chartConfig } from "./chart-theme";
import { Menu } from "./menu";
import { Skeleton } from "./skeleton";

type Props = {
  /** Says what is shown. */
  title: string;
  /** Vega-Lite 6, without colours and fonts of its own. */
  spec: Record<string, unknown>;
  height?: number;
};

/** A Vega-Lite chart in the page's colours, with its data and picture to take away. */
export function Chart({ title, spec, height = 240 }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const controls = useRef<HTMLDivElement>(null);
  const [result, setResult] = useState<Result | null>(null);
  const [error, setError] = useState<string | null>(null);
  const isDark = useIsDark();

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read again when the theme changes
  useEffect(() => {
    let made: Result | null = null;
    let isGone = false;
    draw(box.current, controls.current, spec)
      .then((drawn) => {
        made = drawn;
        if (isGone) drawn.finalize();
        else setResult(drawn);
      })
      .catch((reason: unknown) => !isGone && setError(reason instanceof Error ? reason.message : `${reason}`));
    return () => {
      isGone = true;
      made?.finalize();
    };
  }, [spec, isDark]);

  return (
    <figure className="group/chart grid min-w-0 gap-1">
      <figcaption className="flex min-h-7 items-center justify-between gap-2">
        <span className="font-medium text-sm">{title}</span>
        {result && <TakeAway title={title} result={result} />}
      </figcaption>
      {error && <p className="text-bad text-sm">This chart could not be drawn: {error}</p>}
      {!result && !error && (
        <div style={{ height }}>
          <Skeleton className="h-full w-full" />
        </div>
      )}
      <div ref={controls} className="chart-controls" />
      <div ref={box} role="img" aria-label={title} className="w-full min-w-0 overflow-x-auto" />
    </figure>
  );
}

/** Vega only arrives with the first chart; expressions are interpreted, so that no page needs `unsafe-eval`. */
async function draw(
  box: HTMLDivElement | null,
  controls: HTMLDivElement | null,
  spec: Record<string, unknown>,
): Promise<Result> {
  const [{ default: embed }, { expressionInterpreter }, { logger, Warn }] = await Promise.all([
    import("vega-embed"),
    import("vega-interpreter"),
    import("vega"),
  ]);
  if (!box || !controls) throw new Error("the page was left");
  const drawn = await embed(box, structuredClone(fitted(spec)) as VisualizationSpec, {
    mode: "vega-lite",
    renderer: "svg",
    actions: false,
    bind: controls,
    logger: withoutKnown(logger(Warn)),
    ast: true,
    expr: expressionInterpreter,
    config: chartConfig() as never,
    tooltip: { theme: "modelyard", disableDefaultStyle: true },
  });
  // The box is one picture with a name; marks, which have none, would be read out one by one.
  box.querySelector("svg")?.setAttribute("aria-hidden", "true");
  return drawn;
}

/** As wide as its box. A height in steps grows with the names: only the width is fitted then. */
export function fitted(spec: Record<string, unknown>): Record<string, unknown> {
  const isComposed = "hconcat" in spec || "vconcat" in spec || "facet" in spec || "repeat" in spec;
  if (isComposed || typeof spec.width === "number") return spec;
  const type = typeof spec.height === "number" ? "fit" : "fit-x";
  return { autosize: { type, contains: "padding" }, ...spec, width: "container" };
}

/** Vega-Lite warns of every height in steps beside a fitted width, though it does what is wanted. */
const KNOWN = 'Dropping "fit-y" because spec has discrete height.';

function withoutKnown<L extends { warn: (...said: readonly unknown[]) => unknown }>(log: L): L {
  const warn = log.warn.bind(log);
  log.warn = (...said) => (said[0] === KNOWN ? log : warn(...said));
  return log;
}

function TakeAway({ title, result }: { title: string; result: Result }) {
  const asPng = async () => {
    const canvas = await result.view.toCanvas(2);
    canvas.toBlob((blob) => blob && download(fileName(title, "png"), blob));
  };
  const asSvg = async () => download(fileName(title, "svg"), await result.view.toSVG(), "image/svg+xml");
  const asCsv = () => download(fileName(title, "csv"), dataCsv(result), "text/csv;charset=utf-8");
  return (
    <Menu
      trigger={
        <Button look="quiet" size="icon-sm" aria-label={`Download ${title}`} title="Download">
          <Download />
        </Button>
      }
      items={[
        { label: "Data (CSV)", onSelect: asCsv },
        { label: "Picture (SVG)", onSelect: asSvg },
        { label: "Picture (PNG)", onSelect: asPng },
      ]}
    />
  );
}

/** The rows of the chart's first data source, as they were given. */
function dataCsv(result: Result): string {
  const name = (result.vgSpec.data ?? [])[0]?.name ?? "source_0";
  const rows = result.view.data(name) as Record<string, unknown>[];
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return toCsv(
    header,
    rows.map((row) => header.map((column) => row[column])),
  );
}

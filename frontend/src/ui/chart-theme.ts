/** How every chart looks: the page's colours, Okabe–Ito for categories, viridis for magnitude. */
import { themeColor } from "@/lib/theme";

/** Okabe and Ito (2008), without black; order chosen so that neighbours differ most. */
export const CATEGORY_COLORS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442"];
/** Purple to orange through the page's grey (ColorBrewer PuOr, ends). */
const diverging = (middle: string) => ["#5e3c99", "#b2abd2", middle, "#fdb863", "#e66101"];

/** Pixels of a label before it is cut with an ellipsis; the tooltip says it whole. */
const LABEL_LIMIT = 140;

/** Numbers along an axis leave room between them; names are never left out. */
const SPARSE = { labelOverlap: "parity", labelSeparation: 6 };

/** The Vega-Lite config for the theme of this moment. */
export function chartConfig() {
  const [text, muted, line] = [themeColor("text"), themeColor("muted"), themeColor("line")];
  const font = "Inter Variable, system-ui, sans-serif";
  return {
    background: "transparent",
    font,
    view: { stroke: "transparent" },
    range: {
      category: CATEGORY_COLORS,
      diverging: diverging(line),
      heatmap: { scheme: "viridis" },
      ramp: { scheme: "viridis" },
    },
    mark: { color: CATEGORY_COLORS[0], tooltip: true },
    rule: { color: muted },
    tick: { color: text },
    text: { color: text, font, fontSize: 12 },
    title: {
      color: text,
      font,
      fontSize: 13,
      fontWeight: 600,
      anchor: "start",
      subtitleColor: muted,
      subtitleFont: font,
    },
    axis: {
      labelColor: muted,
      titleColor: muted,
      labelFont: font,
      titleFont: font,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: 500,
      labelLimit: LABEL_LIMIT,
      domainColor: line,
      tickColor: line,
      gridColor: line,
    },
    axisQuantitative: SPARSE,
    axisTemporal: SPARSE,
    legend: {
      labelColor: muted,
      titleColor: muted,
      labelFont: font,
      titleFont: font,
      labelFontSize: 12,
      titleFontSize: 12,
      labelLimit: LABEL_LIMIT,
      titleLimit: 400,
      orient: "top",
      symbolOpacity: 1,
    },
    header: { labelColor: muted, titleColor: muted, labelFont: font, titleFont: font },
  };
}

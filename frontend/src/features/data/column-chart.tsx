/** One small chart per column, drawn without a chart library: a page may have thousands. */
import type { ColumnProfile } from "@/api/types";
import { formatCount, formatNumber } from "@/lib/format";
import { formatDay } from "./dates";

const WIDTH = 120;
const HEIGHT = 24;

type Props = { column: ColumnProfile };

export function ColumnChart({ column }: Props) {
  if (column.histogram && column.histogram.counts.length > 0)
    return <Histogram column={column} width={WIDTH} height={HEIGHT} />;
  if (hasRepeats(column)) return <TopValues column={column} />;
  return null;
}

/** Where every value stands once, counts say nothing. */
export const hasRepeats = (column: ColumnProfile) => column.top_values.some((item) => item.count > 1);

export const edgeText = (column: ColumnProfile, value: number) =>
  column.kind === "date" ? formatDay(value) : formatNumber(value);

export function Histogram({ column, width, height }: Props & { width: number; height: number }) {
  const { counts, edges } = column.histogram ?? { counts: [], edges: [] };
  const most = Math.max(...counts, 1);
  const step = width / counts.length;
  const label = `${column.name}: ${edgeText(column, edges[0] ?? 0)} to ${edgeText(column, edges.at(-1) ?? 0)}`;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
      {counts.map((count, i) => {
        const tall = count === 0 ? 0 : Math.max(1, (count / most) * height);
        const range = `${edgeText(column, edges[i] ?? 0)} to ${edgeText(column, edges[i + 1] ?? 0)}`;
        return (
          <rect
            key={edges[i]}
            x={i * step}
            y={height - tall}
            width={Math.max(0.5, step - 1)}
            height={tall}
            className="fill-bar"
          >
            <title>{`${range}: ${formatCount(count)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

const SHOWN_VALUES = 5;

function TopValues({ column }: Props) {
  const top = column.top_values.slice(0, SHOWN_VALUES);
  const most = Math.max(...top.map((item) => item.count), 1);
  const step = Math.min(8, HEIGHT / top.length);
  const above = (HEIGHT - step * top.length) / 2;
  const label = `${column.name}: most often ${top.map((item) => item.value).join(", ")}`;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      {top.map((item, i) => (
        <rect
          key={item.value}
          x={0}
          y={above + i * step}
          width={Math.max(1, (item.count / most) * WIDTH)}
          height={step - 1}
          className="fill-bar"
        >
          <title>{`${item.value}: ${formatCount(item.count)}`}</title>
        </rect>
      ))}
    </svg>
  );
}

import type { Metric } from "@/api/types";
import { formatCount, formatMetric, MISSING } from "@/lib/format";

/** Metrics by part of the data, each with the number of rows it was measured on and what knowing nothing would give. */
export function MetricList({ metrics }: { metrics: readonly Metric[] }) {
  const splits = [...new Set(metrics.map((metric) => metric.split))];
  return (
    <div className="grid max-w-xl gap-4">
      {splits.map((split) => (
        <MetricTable key={split} split={split} metrics={metrics.filter((metric) => metric.split === split)} />
      ))}
    </div>
  );
}

function MetricTable({ split, metrics }: { split: string; metrics: readonly Metric[] }) {
  const hasBaseline = metrics.some((metric) => metric.baseline != null);
  const n = metrics[0]?.n ?? 0;
  return (
    <table className="numbers w-full text-sm">
      <caption className="pb-1 text-left font-medium">
        {split.charAt(0).toUpperCase() + split.slice(1)} rows{" "}
        <span className="font-normal text-muted">n = {formatCount(n)}</span>
      </caption>
      <thead>
        <tr className="border-line border-b text-muted">
          <th scope="col" className="py-1 text-left font-medium">
            Metric
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            Value
          </th>
          {hasBaseline && (
            <th
              scope="col"
              className="py-1 pl-3 text-right font-medium"
              title="What a model that knows nothing reaches"
            >
              Baseline
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {metrics.map((metric) => (
          <tr key={metric.name} className="border-line border-b">
            <th scope="row" className="py-1.5 text-left font-normal">
              {metric.label}
              {metric.unavailable ? (
                <span className="block text-muted text-xs">{metric.unavailable}</span>
              ) : (
                !metric.higher_is_better && <span className="text-muted text-xs"> · lower is better</span>
              )}
            </th>
            <td className="py-1.5 text-right align-top font-medium">
              {metric.value === null ? MISSING : formatMetric(metric.value)}
            </td>
            {hasBaseline && (
              <td className="py-1.5 pl-3 text-right align-top text-muted">{formatMetric(metric.baseline)}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

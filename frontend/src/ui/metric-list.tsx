import type { Metric } from "@/api/types";
import { formatCount, formatInterval, formatMetric, MISSING } from "@/lib/format";

/** Metrics by part of the data, each with its interval, the number of rows it was measured on, and two baselines. */
export function MetricList({ metrics }: { metrics: readonly Metric[] }) {
  const splits = [...new Set(metrics.map((metric) => metric.split))];
  return (
    <div className="grid max-w-2xl gap-4">
      {splits.map((split) => (
        <MetricTable key={split} split={split} metrics={metrics.filter((metric) => metric.split === split)} />
      ))}
    </div>
  );
}

const PARTS: Record<string, string> = {
  train: "Training rows",
  validation: "Validation rows",
  test: "Test rows",
  folds: "Folds of the training rows",
};

const BASELINE = "What always predicting the majority class or the mean reaches on these rows";
const BOOSTING = "What histogram gradient boosting with default parameters, fitted on the same training rows, reaches";

function MetricTable({ split, metrics }: { split: string; metrics: readonly Metric[] }) {
  const hasBaseline = metrics.some((metric) => metric.baseline != null);
  const hasBoosting = metrics.some((metric) => metric.boosting != null);
  const n = metrics[0]?.n ?? 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="overflow-x-auto" aria-label={`Metrics of: ${PARTS[split] ?? split}`} tabIndex={0}>
      <table className="numbers w-full text-sm">
        <caption className="pb-1 text-left font-medium">
          {PARTS[split] ?? split} <span className="font-normal text-muted">n = {formatCount(n)}</span>
        </caption>
        <thead>
          <tr className="border-line border-b align-bottom text-muted">
            <Head isFirst>Metric</Head>
            <Head title="With its 95 % interval: how far it may be off because the rows are few">
              Value, 95 % interval
            </Head>
            {hasBaseline && <Head title={BASELINE}>Baseline</Head>}
            {hasBoosting && <Head title={BOOSTING}>Default boosting</Head>}
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => (
            <tr key={metric.name} className="border-line border-b align-top">
              <th scope="row" className="py-1.5 text-left font-normal">
                {metric.label}
                {metric.n !== n && <span className="text-muted text-xs"> · n = {formatCount(metric.n)}</span>}
                {metric.unavailable ? (
                  <span className="block text-muted text-xs">not available: {metric.unavailable}</span>
                ) : (
                  !metric.higher_is_better && <span className="text-muted text-xs"> · lower is better</span>
                )}
              </th>
              <td className="py-1.5 pl-3 text-right">
                <MetricValue metric={metric} />
              </td>
              {hasBaseline && <Beside value={metric.baseline} />}
              {hasBoosting && <Beside value={metric.boosting} />}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The value, and under it how far it may be off; why there is no interval is said on hover. */
export function MetricValue({ metric }: { metric: Pick<Metric, "value" | "interval" | "interval_unavailable"> }) {
  if (metric.value === null) return <span className="font-medium">{MISSING}</span>;
  return (
    <>
      <span className="font-medium">{formatMetric(metric.value)}</span>
      {metric.interval ? (
        <span className="block whitespace-nowrap text-muted text-xs">{formatInterval(metric.interval)}</span>
      ) : (
        metric.interval_unavailable && (
          <span className="block text-muted text-xs" title={metric.interval_unavailable}>
            no interval
          </span>
        )
      )}
    </>
  );
}

function Head({ children, title, isFirst }: { children: string; title?: string; isFirst?: boolean }) {
  return (
    <th scope="col" title={title} className={`py-1 font-medium ${isFirst ? "text-left" : "pl-3 text-right"}`}>
      {children}
    </th>
  );
}

const Beside = ({ value }: { value: number | null | undefined }) => (
  <td className="py-1.5 pl-3 text-right text-muted">{formatMetric(value)}</td>
);

import type { Report } from "@/api/types";
import { formatCount, formatInterval, formatMetric, MISSING } from "@/lib/format";
import { MetricValue } from "./metric-list";

/** Metrics of parts of the rows, a row per class or group, and the largest gap of each metric between two groups. */
export function ReportTable({ report }: { report: Report }) {
  const first = report.rows.find((row) => row.metrics.length > 0)?.metrics ?? [];
  return (
    <div className="grid gap-1">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="overflow-x-auto" aria-label={report.title} tabIndex={0}>
        <table className="numbers text-sm">
          <caption className="pb-1 text-left font-medium">
            {report.title}{" "}
            <span className="font-normal text-muted">
              {report.split} rows, n = {formatCount(report.n)}
            </span>
          </caption>
          <thead>
            <tr className="border-line border-b align-bottom text-muted">
              <th scope="col" className="py-1 pr-3 text-left font-medium">
                {report.id === "classes" ? "Class" : "Group"}
              </th>
              <th scope="col" className="py-1 pl-3 text-right font-medium">
                Rows
              </th>
              {first.map((metric) => (
                <th key={metric.name} scope="col" className="max-w-[16ch] py-1 pl-4 text-right font-medium">
                  {metric.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.rows.map((row) => (
              <tr key={row.name} className="border-line border-b align-top">
                <th scope="row" className="max-w-[24ch] truncate py-1.5 pr-3 text-left font-normal" title={row.name}>
                  {row.name}
                </th>
                <td className="py-1.5 pl-3 text-right">{formatCount(row.n)}</td>
                {row.note ? (
                  <td colSpan={Math.max(first.length, 1)} className="py-1.5 pl-4 text-muted">
                    {row.note}
                  </td>
                ) : (
                  row.metrics.map((metric) => (
                    <td
                      key={metric.name}
                      className="py-1.5 pl-4 text-right"
                      title={metric.unavailable ? `not available: ${metric.unavailable}` : undefined}
                    >
                      <MetricValue metric={metric} />
                    </td>
                  ))
                )}
              </tr>
            ))}
            {report.gaps.length > 0 && <Gaps report={report} names={first.map((metric) => metric.name)} />}
          </tbody>
        </table>
      </section>
      {report.gaps.length > 0 && (
        <p className="max-w-[72ch] text-muted text-sm">
          The largest gap is between two groups chosen for it, so a small one is to be expected by chance. It is clear
          when its 95 % interval does not hold 0.
        </p>
      )}
      {report.note && <p className="max-w-[72ch] text-muted text-sm">{report.note}</p>}
    </div>
  );
}

function Gaps({ report, names }: { report: Report; names: string[] }) {
  return (
    <tr className="align-top">
      <th scope="row" colSpan={2} className="py-1.5 pr-3 text-left font-medium">
        Largest gap
      </th>
      {names.map((name) => {
        const gap = report.gaps.find((each) => each.metric === name);
        if (!gap)
          return (
            <td key={name} className="py-1.5 pl-4 text-right">
              {MISSING}
            </td>
          );
        return (
          <td key={name} className="py-1.5 pl-4 text-right" title={`${gap.high} − ${gap.low}`}>
            <span className={gap.is_clear ? "font-semibold text-warn" : "font-medium"}>
              {formatMetric(gap.value)}
              {gap.is_clear && <span className="font-normal text-xs"> clear</span>}
            </span>
            {gap.interval && (
              <span className="block whitespace-nowrap text-muted text-xs">{formatInterval(gap.interval)}</span>
            )}
            <span className="block text-muted text-xs">
              {gap.high} − {gap.low}
            </span>
          </td>
        );
      })}
    </tr>
  );
}

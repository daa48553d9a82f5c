/** The share of each class at training and now, as pairs of bars in the classes' colours. */
import { formatFraction, formatNumber } from "@/lib/format";
import { Section } from "@/ui/page";
import { classColor } from "../class-colors";
import { named } from "./bars";
import type { Drift } from "./queries";
import { words } from "./words";

type Props = { prediction: NonNullable<Drift["prediction"]>; classes: readonly string[] | null };

export function ClassShares({ prediction, classes }: Props) {
  const bars = named(prediction.training, prediction.recent);
  if (bars.length === 0) return null;
  return (
    <Section title={words.prediction.title}>
      <p className="numbers text-muted text-sm">
        {words.prediction.of}
        {prediction.psi !== null && ` · ${words.prediction.psi(formatNumber(prediction.psi))}`}
      </p>
      <table className="numbers w-full max-w-2xl table-fixed text-sm">
        <thead className="sr-only">
          <tr>
            <th scope="col">{words.prediction.title}</th>
            <td />
            <th scope="col">{words.training}</th>
            <th scope="col">{words.recent}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ label, training, recent }) => (
            <tr key={label}>
              <th scope="row" className="w-32 truncate py-1 pr-3 text-left font-normal" title={label}>
                <bdi>{label}</bdi>
              </th>
              <td aria-hidden className="py-1">
                <Bar share={training} color="var(--c-control)" />
                <Bar share={recent} color={classes ? classColor(classes, label) : "var(--c-accent)"} />
              </td>
              <td className="w-28 py-1 pl-3 text-right text-muted">{formatFraction(training)}</td>
              <td className="w-20 py-1 pl-3 text-right">{formatFraction(recent)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

const Bar = ({ share, color }: { share: number; color: string }) => (
  <span className="my-px block h-2 min-w-px rounded-sm" style={{ width: `${share * 100}%`, backgroundColor: color }} />
);

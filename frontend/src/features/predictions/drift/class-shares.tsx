/** The share of each class at training and now, as pairs of bars in the classes' colours. */
import type { PredictionDrift } from "@/api/types";
import { Section } from "@/ui/page";
import { classColor } from "../class-colors";
import { shareText } from "./shares";
import { words } from "./words";

type Props = { prediction: PredictionDrift; classes: readonly string[] | null };

/** The last bar: every value that is not named. */
const OTHERS = "…";

export function ClassShares({ prediction, classes }: Props) {
  const training = prediction.training ?? {};
  const recent = prediction.recent ?? {};
  const names = Object.keys(training);
  const most = Math.max(...Object.values(training), ...Object.values(recent), 1e-9);
  return (
    <Section title={words.prediction.title}>
      <p className="max-w-[72ch] text-muted text-sm">{prediction.told}</p>
      {names.length > 0 && (
        <table className="numbers w-full max-w-2xl table-fixed text-sm">
          <colgroup>
            <col className="w-28" />
            <col />
            <col className="w-20" />
            <col className="w-20" />
          </colgroup>
          <thead className="sr-only">
            <tr>
              <th scope="col">{words.prediction.title}</th>
              <td />
              <th scope="col">{words.training}</th>
              <th scope="col">{words.recent}</th>
            </tr>
          </thead>
          <tbody>
            {names.map((label) => (
              <tr key={label}>
                <th scope="row" className="truncate py-1 pr-3 text-left font-normal" title={label}>
                  <bdi>{label === OTHERS ? words.other : label}</bdi>
                </th>
                <td aria-hidden className="py-1">
                  <Bar part={(training[label] ?? 0) / most} color="var(--c-control)" />
                  <Bar
                    part={(recent[label] ?? 0) / most}
                    color={classes?.includes(label) ? classColor(classes, label) : "var(--c-accent)"}
                  />
                </td>
                <td className="py-1 pl-3 text-right text-muted">{shareText(training[label])}</td>
                <td className="py-1 pl-3 text-right">{shareText(recent[label])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

const Bar = ({ part, color }: { part: number; color: string }) => (
  <span className="my-px block h-2 min-w-px rounded-sm" style={{ width: `${part * 100}%`, backgroundColor: color }} />
);

/** How strong the evidence is: the figures that abstention decides by. */
import { formatFraction } from "@/lib/format";
import { Section } from "@/ui/page";
import type { Evidence, Retrieved } from "./queries";
import { words } from "./words";

const FIGURES: (keyof Evidence)[] = ["words_score", "words_covered", "meaning_score", "meaning_margin"];

export function EvidenceList({ found }: { found: Retrieved }) {
  const { evidence, nearest_headings: nearest, language } = found;
  return (
    <aside className="grid content-start gap-6">
      <Section title={words.evidence.title}>
        <p className="text-muted text-sm">{words.evidence.help}</p>
        <dl className="grid gap-2">
          {FIGURES.map((name) => (
            <div key={name} className="grid grid-cols-[1fr_auto] gap-x-3 gap-y-1 text-sm">
              <dt>{words.evidence[name]}</dt>
              <dd className="numbers">{formatFraction(rounded(evidence[name]))}</dd>
              <dd aria-hidden className="col-span-2">
                <Bar value={evidence[name]} />
              </dd>
            </div>
          ))}
        </dl>
        {evidence.meaning_score === null && <p className="text-muted text-sm">{words.evidence.unknown}</p>}
        {language && (
          <p className="text-muted text-sm">
            {words.language}: {language}
          </p>
        )}
      </Section>
      {nearest.length > 0 && (
        <Section title={words.nearest}>
          <ul className="grid gap-1 text-sm">
            {nearest.map((path) => (
              <li key={path.join(" › ")} className="[overflow-wrap:anywhere]" dir="auto">
                {path.join(" › ")}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </aside>
  );
}

/** To whole percents: more digits say nothing about evidence. */
const rounded = (value: number | null) => (value === null ? null : Number(value.toFixed(2)));

const Bar = ({ value }: { value: number | null }) => (
  <div className="h-1 overflow-hidden rounded-full bg-hover">
    <div className="h-full bg-bar" style={{ width: `${Math.min(1, Math.max(0, value ?? 0)) * 100}%` }} />
  </div>
);

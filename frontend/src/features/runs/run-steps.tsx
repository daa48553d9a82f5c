import type { Step } from "@/api/types";
import { formatCount, formatSeconds } from "@/lib/format";
import { type ShownState, StateBadge } from "@/ui/badge";
import { Section } from "@/ui/page";
import { words } from "./words";

const SHOWN = new Set<string>(["running", "succeeded", "failed", "cached", "skipped", "cancelled"]);
const shown = (state: string): ShownState => (SHOWN.has(state) ? (state as ShownState) : "queued");

/** What the run did, in order. */
export function RunSteps({ steps, isLive }: { steps: Step[]; isLive: boolean }) {
  if (steps.length === 0) return null;
  return (
    <Section title={words.steps}>
      <ol className="border-line border-t" aria-live={isLive ? "polite" : undefined}>
        {steps.map((step) => (
          <li key={step.id} className="grid gap-0.5 border-line border-b py-1.5 text-sm">
            <div className="flex items-center gap-2">
              <span className="min-w-0 flex-1 truncate" title={step.title || step.id}>
                {step.title || step.id}
              </span>
              {step.n_rows !== null && (
                <span className="numbers shrink-0 text-muted">
                  {formatCount(step.n_rows)} × {formatCount(step.n_columns)}
                </span>
              )}
              {step.seconds !== null && (
                <span className="numbers w-16 shrink-0 text-right text-muted">{formatSeconds(step.seconds)}</span>
              )}
              <StateBadge state={shown(step.state)} />
            </div>
            {step.message && <p className="break-words text-muted">{step.message}</p>}
          </li>
        ))}
      </ol>
    </Section>
  );
}

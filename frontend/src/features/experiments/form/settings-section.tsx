"use client";
/** Parameters of the LLMs, repeats, pace, budget and what is allowed. */
import { Checkbox } from "@/ui/field";
import { Section } from "@/ui/page";
import type { Draft } from "./draft";
import { NumberField, NumbersField } from "./fields";
import { type Problems, problemAt } from "./problems";
import { words } from "./words";

type Props = { draft: Draft; problems: Problems; onChange: (change: Partial<Draft>) => void };
const GRID = "grid grid-cols-1 items-start gap-4 sm:grid-cols-2";

export function ParametersSection({ draft, problems, onChange }: Props) {
  const { parameters } = draft;
  const set = (change: Partial<Draft["parameters"]>) => onChange({ parameters: { ...parameters, ...change } });
  return (
    <Section title={words.parameters}>
      <p className="text-muted text-sm">{words.parametersHelp}</p>
      <div className={GRID}>
        <NumbersField
          label={words.temperature}
          help={words.severalHelp}
          value={parameters.temperature}
          error={problemAt(problems, "parameters.temperature")}
          onChange={(temperature) => set({ temperature })}
        />
        <NumbersField
          label={words.maxTokens}
          unit="tokens"
          value={parameters.max_tokens}
          error={problemAt(problems, "parameters.max_tokens")}
          onChange={(max_tokens) => set({ max_tokens })}
        />
        <NumbersField
          label={words.seed}
          help={words.seedHelp}
          value={parameters.seed}
          takesNone
          error={problemAt(problems, "parameters.seed")}
          onChange={(seed) => set({ seed })}
        />
        <NumberField
          label={words.repeats}
          help={words.repeatsHelp}
          value={draft.repeats}
          error={problemAt(problems, "repeats")}
          onChange={(repeats) => onChange({ repeats: repeats ?? 1 })}
        />
      </div>
    </Section>
  );
}

export function PaceSection({ draft, problems, onChange }: Props) {
  const { pace, budget } = draft;
  const setPace = (change: Partial<Draft["pace"]>) => onChange({ pace: { ...pace, ...change } });
  const setBudget = (change: Partial<Draft["budget"]>) => onChange({ budget: { ...budget, ...change } });
  return (
    <Section title={words.pace}>
      <div className={GRID}>
        <NumberField
          label={words.concurrency}
          unit={words.perLlm}
          value={pace.concurrency}
          error={problemAt(problems, "pace.concurrency")}
          onChange={(concurrency) => setPace({ concurrency })}
        />
        <NumberField
          label={words.requestsPerMinute}
          unit={words.perLlm}
          help={words.unlimited}
          value={pace.requests_per_minute}
          error={problemAt(problems, "pace.requests_per_minute")}
          onChange={(requests_per_minute) => setPace({ requests_per_minute })}
        />
        <NumberField
          label={words.budgetUsd}
          unit="USD"
          help={words.budgetHelp}
          value={budget.usd}
          error={problemAt(problems, "budget.usd")}
          onChange={(usd) => setBudget({ usd })}
        />
        <NumberField
          label={words.budgetTokens}
          unit="tokens"
          value={budget.tokens}
          error={problemAt(problems, "budget.tokens")}
          onChange={(tokens) => setBudget({ tokens })}
        />
        <NumberField
          label={words.patience}
          unit="s"
          help={words.patienceHelp}
          value={pace.patience_seconds}
          error={problemAt(problems, "pace.patience_seconds")}
          onChange={(patience_seconds) => setPace({ patience_seconds })}
        />
      </div>
      <Toggle
        label={words.network}
        checked={draft.allow_network}
        onChange={(allow_network) => onChange({ allow_network })}
      />
      <Toggle label={words.reuse} checked={draft.reuse} onChange={(reuse) => onChange({ reuse })} />
    </Section>
  );
}

type ToggleProps = { label: string; checked: boolean; onChange: (checked: boolean) => void };

const Toggle = ({ label, checked, onChange }: ToggleProps) => (
  <label className="flex min-h-6 items-center gap-2">
    <Checkbox checked={checked} onChange={(event) => onChange(event.target.checked)} />
    {label}
  </label>
);

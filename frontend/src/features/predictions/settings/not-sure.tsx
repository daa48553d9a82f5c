"use client";
/** The threshold below which an answer is "not sure", with what each threshold costs on the rows kept from training. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import type { Endpoint, Thresholds } from "@/api/types";
import { fieldError } from "@/lib/api-error";
import { formatCount, formatFraction } from "@/lib/format";
import { Button } from "@/ui/button";
import { Chart } from "@/ui/chart";
import { ErrorState, FormError } from "@/ui/error-state";
import { Checkbox, Field, Input } from "@/ui/field";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { atThreshold, thresholdSpec, thresholdsQuery } from "./thresholds";
import { useChange } from "./use-change";
import { words } from "./words";

const FIRST = 0.7;

export function NotSure({ endpoint, modelId }: { endpoint: Endpoint; modelId: string }) {
  const saved = endpoint.not_sure_below ?? null;
  const [chosen, setChosen] = useState(saved);
  const change = useChange(endpoint.id);
  const { name, classes } = endpoint.signature.output;
  if (!classes || name === "") {
    return (
      <Section title={words.notSure.title}>
        <p className="max-w-[72ch] text-muted text-sm">{classes ? words.notSure.cluster : words.notSure.number}</p>
      </Section>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ not_sure_below: chosen });
  };
  return (
    <Section title={words.notSure.title}>
      <p className="max-w-[72ch] text-muted text-sm">{words.notSure.help}</p>
      <form onSubmit={submit} className="grid gap-3">
        <label className="flex min-h-8 items-center gap-2">
          <Checkbox
            checked={chosen !== null}
            onChange={(event) => setChosen(event.target.checked ? (saved ?? FIRST) : null)}
          />
          {words.notSure.use}
        </label>
        {chosen !== null && (
          <Slider value={chosen} error={fieldError(change.error, "not_sure_below")} onChange={setChosen} />
        )}
        {endpoint.servable.kind === "model" && <Cost modelId={modelId} chosen={chosen} />}
        <FormError error={change.error} />
        <Button type="submit" className="justify-self-start" disabled={chosen === saved || change.isPending}>
          {words.save}
        </Button>
      </form>
    </Section>
  );
}

/** In whole percent, by dragging or by typing. */
function Slider({ value, error, onChange }: { value: number; error?: string; onChange: (value: number) => void }) {
  const percent = Math.round(value * 100);
  const set = (text: string) => onChange(Math.min(100, Math.max(0, Math.round(Number(text)))) / 100);
  return (
    <Field label={words.notSure.threshold} unit={words.notSure.unit} error={error}>
      {(wired) => (
        <span className="flex max-w-md items-center gap-3">
          <input
            type="range"
            aria-label={words.notSure.threshold}
            className="min-w-0 flex-1 accent-(--c-accent)"
            min={0}
            max={100}
            value={percent}
            onChange={(event) => set(event.target.value)}
          />
          <Input
            {...wired}
            inputMode="numeric"
            className="numbers max-w-16 text-right"
            value={percent}
            onChange={(event) => set(event.target.value)}
          />
        </span>
      )}
    </Field>
  );
}

function Cost({ modelId, chosen }: { modelId: string; chosen: number | null }) {
  const found = useQuery(thresholdsQuery(modelId));
  if (found.isPending) {
    return (
      <div role="status" aria-label={words.notSure.loading}>
        <Skeleton className="h-56" />
      </div>
    );
  }
  if (found.error) {
    return <ErrorState title={words.notSure.failed} error={found.error} retry={() => void found.refetch()} />;
  }
  if (found.data.unavailable || found.data.thresholds.length === 0) {
    return (
      <p className="text-muted text-sm">
        {words.notSure.unavailable}: {found.data.unavailable}
      </p>
    );
  }
  return <Costs found={found.data} chosen={chosen} />;
}

function Costs({ found, chosen }: { found: Thresholds; chosen: number | null }) {
  const spec = useMemo(() => thresholdSpec(found, chosen), [found, chosen]);
  return (
    <div className="grid gap-2">
      <p aria-live="polite" className="numbers max-w-[72ch]">
        {told(found, chosen)}
      </p>
      <Chart title={words.notSure.chart(formatCount(found.n))} spec={spec} height={200} />
    </div>
  );
}

function told(found: Thresholds, chosen: number | null): string {
  if (chosen === null) return words.notSure.toldAll;
  const point = atThreshold(found, chosen);
  if (!point) return words.notSure.toldAll;
  if (point.accuracy === null) return words.notSure.noneAnswered;
  const interval = [point.low, point.high].map(formatFraction).join(" to ");
  return words.notSure.told(formatFraction(point.share), formatFraction(point.accuracy), interval);
}

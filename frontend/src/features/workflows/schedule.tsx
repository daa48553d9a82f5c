"use client";
/** When a workflow runs by itself: cron text in a time zone, its next times, and what came of the last ones. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { type FormEvent, useMemo, useState } from "react";
import type { Schedule as Saved, ScheduledStart } from "@/api/types";
import { useDebounced } from "@/lib/debounced";
import { Badge, StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorState, InlineError } from "@/ui/error-state";
import { Checkbox, Field, Input, Select } from "@/ui/field";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { removeSchedule, saveSchedule, scheduleQuery, timesQuery } from "./library-queries";
import { words } from "./library-words";
import { keys } from "./queries";

const text = words.schedule;
const ASK_AFTER_MS = 300;

type Props = { workflow: string; readOnly: boolean; onClose: () => void };

export function Schedule({ workflow, readOnly, onClose }: Props) {
  const saved = useQuery(scheduleQuery(workflow));
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={text.title} description={text.text} width="md">
      {saved.isPending && <TableSkeleton label={text.title} rows={3} />}
      {saved.error && <ErrorState error={saved.error} title={text.failed} retry={() => void saved.refetch()} />}
      {saved.isSuccess && (
        <div className="grid gap-6">
          {readOnly ? (
            <AsSaved saved={saved.data} />
          ) : (
            <ScheduleForm workflow={workflow} saved={saved.data} onClose={onClose} />
          )}
          {saved.data && <Starts starts={saved.data.starts} />}
        </div>
      )}
    </Dialog>
  );
}

/** What a phone shows: the next times, or that there are none. */
function AsSaved({ saved }: { saved: Saved | null }) {
  if (!saved) return <p className="text-muted text-sm">{text.none}</p>;
  return (
    <div className="grid gap-2">
      {saved.is_paused && <p className="text-sm text-warn">{saved.pause_reason ?? text.isPaused}</p>}
      <Times words={saved.words} times={saved.next_times} timezone={saved.timezone} />
    </div>
  );
}

function ScheduleForm({ workflow, saved, onClose }: { workflow: string; saved: Saved | null; onClose: () => void }) {
  const client = useQueryClient();
  const [cron, setCron] = useState(saved?.cron ?? "0 6 * * *");
  const [timezone, setTimezone] = useState(saved?.timezone ?? ownZone());
  const [isPaused, setIsPaused] = useState(saved?.is_paused ?? false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const settled = useDebounced(cron.trim(), ASK_AFTER_MS);
  const times = useQuery(timesQuery(settled, timezone));
  const zones = useMemo(() => allZones(timezone), [timezone]);

  const change = async (work: () => Promise<unknown>, told: string) => {
    setIsBusy(true);
    setError(null);
    try {
      await work();
      await client.invalidateQueries({ queryKey: scheduleQuery(workflow).queryKey });
      void client.invalidateQueries({ queryKey: keys.list });
      toast(told);
      onClose();
    } catch (reason) {
      setError(reason);
      setIsBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void change(() => saveSchedule(workflow, { cron: cron.trim(), timezone, is_paused: isPaused }), text.saved);
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      {saved?.pause_reason && <p className="text-sm text-warn">{saved.pause_reason}</p>}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label={text.cron} help={text.cronHelp} error={times.error?.message}>
          {(wired) => (
            <Input
              {...wired}
              className="font-mono"
              value={cron}
              maxLength={100}
              spellCheck={false}
              onChange={(event) => setCron(event.target.value)}
            />
          )}
        </Field>
        <Field label={text.presets}>
          {(wired) => (
            <Select
              {...wired}
              value={text.preset.some(([value]) => value === cron) ? cron : ""}
              onChange={(event) => event.target.value && setCron(event.target.value)}
            >
              <option value="">–</option>
              {text.preset.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={text.timezone}>
          {(wired) => (
            <Select {...wired} value={timezone} onChange={(event) => setTimezone(event.target.value)}>
              {zones.map((zone) => (
                <option key={zone}>{zone}</option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {times.data && !times.error && (
        <Times words={times.data.words} times={times.data.next_times} timezone={timezone} />
      )}
      <label className="flex items-center gap-2">
        <Checkbox checked={isPaused} onChange={(event) => setIsPaused(event.target.checked)} />
        {text.paused}
      </label>
      <p className="max-w-[72ch] text-muted text-sm">{text.policy}</p>
      <InlineError error={error} />
      <div className="flex flex-wrap justify-end gap-2">
        {saved && (
          <Button disabled={isBusy} onClick={() => void change(() => removeSchedule(workflow), text.removed)}>
            {text.remove}
          </Button>
        )}
        <Button type="submit" look="primary" disabled={isBusy || cron.trim() === "" || times.error !== null}>
          {text.save}
        </Button>
      </div>
    </form>
  );
}

function Times({ words: told, times, timezone }: { words: string; times: string[]; timezone: string }) {
  return (
    <section className="grid gap-1" aria-live="polite">
      <h3 className="font-medium text-sm">
        {text.next} · <span className="font-normal text-muted">{told}</span>
      </h3>
      <ol className="numbers grid gap-0.5 text-sm">
        {times.map((at) => (
          <li key={at} className="flex flex-wrap gap-x-3">
            <span>{moment(at, timezone)}</span>
            {timezone !== ownZone() && (
              <span className="text-muted">
                {moment(at, ownZone())} {text.yours}
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Starts({ starts }: { starts: ScheduledStart[] }) {
  return (
    <section className="grid gap-1">
      <h3 className="font-medium text-sm">{text.starts}</h3>
      {starts.length === 0 && <p className="text-muted text-sm">{text.noStarts}</p>}
      <ul className="grid text-sm">
        {starts.map((start) => (
          <li key={start.due_at} className="flex min-h-8 flex-wrap items-center gap-x-3 border-line border-b py-1">
            <span className="w-24 shrink-0">
              <RelativeTime at={start.due_at} />
            </span>
            <Outcome start={start} />
            <span className="min-w-0 flex-1 text-muted">
              {[start.message, start.n_missed > 0 && text.missed(start.n_missed)].filter(Boolean).join(" · ")}
            </span>
            {start.run && (
              <Link href={`/runs/?id=${start.run.id}`} className="text-accent hover:underline">
                {text.run}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Outcome({ start }: { start: ScheduledStart }) {
  if (start.run) return <StateBadge state={start.run.state} />;
  if (start.outcome === "skipped") return <StateBadge state="skipped" word={text.skipped} />;
  return <Badge tone={start.outcome === "failed" ? "bad" : "neutral"}>{text.notStarted}</Badge>;
}

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

function allZones(chosen: string): string[] {
  return [...new Set([chosen, ownZone(), "UTC", ...Intl.supportedValuesOf("timeZone")])];
}

const moment = (at: string, timeZone: string) =>
  new Date(at).toLocaleString("en-GB", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });

"use client";
/** What a report should have; it is made by a run, so the page can be left. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import { type FormEvent, useState } from "react";
import { isFinal, useLiveRun } from "@/api/runs";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { FormError } from "@/ui/error-state";
import { Checkbox, Field, Input, Select } from "@/ui/field";
import { ProgressLine } from "@/ui/progress-line";
import type { Batch } from "../types";
import { words } from "../words";
import { type Ask, type Format, makeReport, reportsQuery } from "./queries";

export function MakeReport({ batch }: { batch: Batch }) {
  const client = useQueryClient();
  const [ask, setAsk] = useState<Ask>({ format: "pdf", with_rows: false, title: null });
  const make = useMutation({ mutationFn: () => makeReport(batch.id, ask) });
  const refresh = () => void client.invalidateQueries({ queryKey: reportsQuery(batch.id).queryKey });
  const run = useLiveRun(make.data?.id ?? null, refresh).data;
  const isGoing = run !== undefined && !isFinal(run.state);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form className="grid max-w-md gap-4" onSubmit={submit}>
      <Field label={words.reports.format}>
        {(wired) => (
          <Select
            {...wired}
            value={ask.format}
            onChange={(event) => setAsk({ ...ask, format: event.target.value as Format })}
          >
            <option value="pdf">{words.reports.pdf}</option>
            <option value="html">{words.reports.html}</option>
          </Select>
        )}
      </Field>
      <Field label={words.reports.name} error={fieldError(make.error, "title")}>
        {(wired) => (
          <Input
            {...wired}
            maxLength={200}
            placeholder={batch.name}
            value={ask.title ?? ""}
            onChange={(event) => setAsk({ ...ask, title: event.target.value || null })}
          />
        )}
      </Field>
      <div className="grid gap-0.5">
        <label className="flex items-center gap-2">
          <Checkbox checked={ask.with_rows} onChange={(event) => setAsk({ ...ask, with_rows: event.target.checked })} />
          {words.reports.withRows}
        </label>
        <p className="text-muted text-sm">{words.reports.withRowsHelp}</p>
      </div>
      <FormError error={make.error} />
      <div>
        <Button look="primary" type="submit" disabled={make.isPending || isGoing}>
          <FileText />
          {words.reports.start}
        </Button>
      </div>
      {isGoing && (
        <ProgressLine
          label={run.message || words.reports.making}
          fraction={run.state === "running" ? run.progress_fraction : null}
          startedAt={run.started_at}
        />
      )}
      {run?.state === "succeeded" && <p role="status">{words.reports.ready}</p>}
      {run?.error && (
        <p role="alert" className="break-words text-bad">
          {words.reports.failed}: {run.error.message}
        </p>
      )}
    </form>
  );
}

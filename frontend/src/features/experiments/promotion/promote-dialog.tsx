"use client";
/** Puts a configuration to use: what it becomes and by which evidence is shown before. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { fieldError } from "@/lib/api-error";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { FormError, InlineError } from "@/ui/error-state";
import { Field, Input, Select } from "@/ui/field";
import { Skeleton } from "@/ui/skeleton";
import { chosenScorer, ranked } from "../comparison/figures";
import { resultsQuery } from "../comparison/queries";
import type { RankedRow } from "../comparison/types";
import type { Attempt } from "../types";
import { EvidenceView } from "./evidence-view";
import { type Promotion, type PromotionPreview, previewQuery, promote, promotedHref, promotionsQuery } from "./queries";
import { words } from "./words";

type Props = { attempt: Attempt; onClose: () => void };

export function PromoteDialog({ attempt, onClose }: Props) {
  const client = useQueryClient();
  const results = useQuery(resultsQuery(attempt));
  const before = useQuery(promotionsQuery(attempt));
  const scorer = results.data && chosenScorer(results.data, null);
  const rows = results.data && scorer ? ranked(results.data, scorer) : [];
  const [chosen, setChosen] = useState<number | null>(null);
  const [name, setName] = useState("");
  const [endpoint, setEndpoint] = useState("");
  const place = chosen ?? scorer?.cheapest_not_worse ?? scorer?.best ?? 0;
  const preview = useQuery({ ...previewQuery(attempt, place), enabled: results.data !== undefined });
  const change = useMutation({
    mutationFn: () =>
      promote(attempt, {
        configuration: place,
        name: endpoint ? null : name.trim() || null,
        endpoint_id: endpoint || null,
      }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: promotionsQuery(attempt).queryKey }),
        client.invalidateQueries({ queryKey: ["endpoints"] }),
        client.invalidateQueries({ queryKey: ["collections"] }),
      ]),
  });
  if (change.data) return <Done promotion={change.data} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.title}
      description={words.help}
      width="md"
      actions={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button look="primary" disabled={!preview.data || change.isPending} onClick={() => change.mutate()}>
            {words.promote}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Configurations rows={rows} place={place} onChange={setChosen} />
        {(results.error ?? preview.error) && <InlineError error={results.error ?? preview.error} />}
        {!preview.data && !preview.error && !results.error && <Skeleton className="h-40" />}
        {preview.data && (
          <>
            <Changes
              preview={preview.data}
              endpoint={endpoint}
              onEndpoint={setEndpoint}
              before={(before.data ?? []).filter((each) => each.becomes === "endpoint")}
            />
            {preview.data.becomes === "endpoint" && !endpoint && (
              <Field label={words.name} error={fieldError(change.error, "name")}>
                {(wired) => (
                  <Input
                    {...wired}
                    maxLength={200}
                    value={name}
                    placeholder={preview.data.evidence.name}
                    onChange={(event) => setName(event.target.value)}
                  />
                )}
              </Field>
            )}
            <EvidenceView evidence={preview.data.evidence} />
          </>
        )}
        <FormError error={change.error} />
      </div>
    </Dialog>
  );
}

type ConfigurationsProps = { rows: readonly RankedRow[]; place: number; onChange: (place: number) => void };

const optionText = ({ row, standing }: RankedRow) => {
  if (standing === "best") return words.suggested(row.name);
  return standing === "cheapest" ? words.suggestedCheap(row.name) : row.name;
};

const Configurations = ({ rows, place, onChange }: ConfigurationsProps) => (
  <Field label={words.configuration}>
    {(wired) => (
      <Select {...wired} value={place} onChange={(event) => onChange(Number(event.target.value))}>
        {rows.map((ranked) => (
          <option key={ranked.row.place} value={ranked.row.place}>
            {optionText(ranked)}
          </option>
        ))}
      </Select>
    )}
  </Field>
);

type ChangesProps = {
  preview: PromotionPreview;
  endpoint: string;
  onEndpoint: (id: string) => void;
  before: readonly Promotion[];
};

function Changes({ preview, endpoint, onEndpoint, before }: ChangesProps) {
  const newest = [...new Map([...before].reverse().map((each) => [each.endpoint_id, each])).values()];
  return (
    <div className="grid gap-2">
      <h3 className="font-medium">{words.changes}</h3>
      <p>{preview.becomes === "endpoint" && endpoint ? words.becomes.again : words.becomes[preview.becomes]}</p>
      <Notes notes={preview.notes} />
      {preview.becomes === "endpoint" && newest.length > 0 && (
        <Field label={words.where}>
          {(wired) => (
            <Select {...wired} value={endpoint} onChange={(event) => onEndpoint(event.target.value)}>
              <option value="">{words.newEndpoint}</option>
              {newest.map((each) => (
                <option key={each.endpoint_id} value={each.endpoint_id}>
                  {words.sameEndpoint(each.evidence.name)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
    </div>
  );
}

function Done({ promotion, onClose }: { promotion: Promotion; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.done}
      actions={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button asChild look="primary">
            <Link href={promotedHref(promotion)}>{words.open[promotion.becomes]}</Link>
          </Button>
        </>
      }
    >
      <div className="grid gap-2">
        <p className="font-medium [overflow-wrap:anywhere]">{promotion.evidence.name}</p>
        <Notes notes={promotion.notes} />
      </div>
    </Dialog>
  );
}

const Notes = ({ notes }: { notes: readonly string[] }) =>
  notes.length > 0 && (
    <ul className="grid list-disc gap-1 pl-5 text-muted">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );

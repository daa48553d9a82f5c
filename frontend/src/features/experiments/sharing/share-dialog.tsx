"use client";
/** The link for readers of one attempt: make it, copy it, take it back. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/ui/button";
import { CopyLine } from "@/ui/copy-line";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/error-state";
import { Checkbox, Field, Select } from "@/ui/field";
import { ExactTime, RelativeTime } from "@/ui/relative-time";
import { toast } from "@/ui/toast";
import type { Attempt } from "../types";
import { readerHref, type Share, share, shareQuery, type Terms, unshare } from "./queries";
import { words } from "./words";

/** Days that a link may work; null: until it is taken back. */
const LASTS = [1, 7, 30, 90, 365, null] as const;
const USUAL_DAYS = 30;

export function ShareDialog({ attempt, onClose }: { attempt: Attempt; onClose: () => void }) {
  const client = useQueryClient();
  const found = useQuery(shareQuery(attempt.experiment_id));
  const [terms, setTerms] = useState<Terms>({ withAnswers: false, days: USUAL_DAYS });
  const refresh = () => client.invalidateQueries({ queryKey: shareQuery(attempt.experiment_id).queryKey });
  const make = useMutation({ mutationFn: () => share(attempt, terms), onSuccess: refresh });
  const takeBack = useMutation({
    mutationFn: () => unshare(attempt.experiment_id),
    onSuccess: async () => {
      make.reset();
      await refresh();
      toast(words.unshared);
    },
  });
  const isShared = found.data?.is_shared ?? false;
  const isBusy = make.isPending || takeBack.isPending;
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.title}
      description={words.help}
      width="md"
      actions={
        <>
          {isShared && (
            <Button look="danger" disabled={isBusy} onClick={() => takeBack.mutate()}>
              {words.unshare}
            </Button>
          )}
          <Button onClick={onClose}>{words.close}</Button>
          {!make.data && (
            <Button look="primary" disabled={isBusy || !attempt.has_results} onClick={() => make.mutate()}>
              {isShared ? words.makeAnew : words.make}
            </Button>
          )}
        </>
      }
    >
      <div className="grid gap-4">
        {!attempt.has_results && <p>{words.notYet}</p>}
        {found.error && <InlineError error={found.error} />}
        {found.data?.is_shared && <Given link={found.data} />}
        {make.data ? (
          <div className="grid gap-1">
            <CopyLine what={words.link} text={readerHref(window.location.origin, make.data.token)} />
            <p className="text-muted text-sm">{words.once}</p>
          </div>
        ) : (
          <TermsFields terms={terms} onChange={setTerms} isAnew={isShared} />
        )}
        <InlineError error={make.error ?? takeBack.error} />
      </div>
    </Dialog>
  );
}

/** What the link that was given away last shows, and until when. */
function Given({ link: { number, with_answers, shared_at, ends_at, has_ended } }: { link: Share }) {
  return (
    <p>
      {!has_ended && (
        <>
          {`${words.isShared(number ?? 0, with_answers)} ${words.since} `}
          <RelativeTime at={shared_at} />.{" "}
        </>
      )}
      {ends_at && (
        <>
          {`${has_ended ? words.endedOn : words.endsOn} `}
          <ExactTime at={ends_at} />.
        </>
      )}
    </p>
  );
}

type TermsProps = { terms: Terms; onChange: (terms: Terms) => void; isAnew: boolean };

function TermsFields({ terms, onChange, isAnew }: TermsProps) {
  return (
    <div className="grid gap-4">
      <div className="grid gap-1">
        <label className="flex items-center gap-2">
          <Checkbox
            checked={terms.withAnswers}
            onChange={(event) => onChange({ ...terms, withAnswers: event.target.checked })}
          />
          {words.withAnswers}
        </label>
        <p className="text-muted text-sm">{words.withAnswersHelp}</p>
      </div>
      <Field label={words.lasts} help={isAnew ? words.anew : undefined}>
        {(wired) => (
          <Select
            {...wired}
            value={terms.days ?? ""}
            onChange={({ target }) => onChange({ ...terms, days: target.value ? Number(target.value) : null })}
          >
            {LASTS.map((days) => (
              <option key={days} value={days ?? ""}>
                {words.days(days)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}

"use client";
/** How far scorers agree with people, and the way to label blind. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { EyeOff } from "lucide-react";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { ErrorState } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { words as answerWords } from "../answers/words";
import type { Attempt } from "../types";
import { PeopleTable, ScorersTable } from "./agreement-table";
import { BlindLabelling } from "./blind-labelling";
import { agreementQuery } from "./queries";
import { words } from "./words";

export function LabelsTab({ attempt }: { attempt: Attempt }) {
  const client = useQueryClient();
  const [blind, setBlind] = useParam("blind");
  const agreement = useQuery({ ...agreementQuery(attempt), enabled: attempt.n_done > 0 });
  if (attempt.n_done === 0) return <EmptyState title={answerWords.none}>{answerWords.noneText}</EmptyState>;
  if (blind) {
    const close = () => {
      void client.invalidateQueries({ queryKey: agreementQuery(attempt).queryKey });
      setBlind(null);
    };
    return <BlindLabelling attempt={attempt} onClose={close} />;
  }
  if (agreement.error) {
    return <ErrorState title={words.failed} error={agreement.error} retry={() => void agreement.refetch()} />;
  }
  if (!agreement.data) return <TableSkeleton label={words.loading} rows={3} />;
  const { n_labelled, n_blind, scorers, labellers } = agreement.data;
  const begin = (
    <Button look={n_labelled === 0 ? "primary" : "plain"} onClick={() => setBlind("1")}>
      <EyeOff />
      {words.begin}
    </Button>
  );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4">
      <Section title={words.title} actions={n_labelled > 0 && begin}>
        <p className="max-w-[72ch] text-muted">{words.help}</p>
        {n_labelled === 0 ? (
          <EmptyState title={answerWords.notLabelled} actions={begin}>
            {words.blindHelp}
          </EmptyState>
        ) : (
          <>
            <p className="numbers">{words.labelled(n_labelled, n_blind)}</p>
            <ScorersTable scorers={scorers} />
            <p className="max-w-[72ch] text-muted text-sm">{words.columnsHelp}</p>
          </>
        )}
      </Section>
      {labellers.length > 0 && (
        <Section title={words.people}>
          <p className="max-w-[72ch] text-muted">{words.peopleHelp}</p>
          <PeopleTable pairs={labellers} />
        </Section>
      )}
    </div>
  );
}

"use client";
/** Many texts at once: a line is a text, answered as a table; more than a call takes becomes a batch. */
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { post } from "@/api/client";
import type { CallResult, Endpoint, Signature } from "@/api/types";
import { formatCount } from "@/lib/format";
import { Section } from "@/ui/page";
import { batchHref } from "../batches/places";
import { callEndpoint } from "../queries";
import { isSaid } from "../said";
import { WarningLines } from "../warning-lines";
import { AnsweredLines } from "./answered-lines";
import { linesOf, MOST_ASKED, MOST_LINES } from "./lines";
import { TextForm } from "./text-form";
import { WaitingLine } from "./waiting-line";
import { words } from "./words";

type Line = { line: number; text: string };
export type Answered = { lines: readonly Line[]; result: CallResult };

type Props = {
  endpoint: Endpoint;
  signature: Signature;
  version: number | null;
  column: string;
  /** The way back to one text. */
  ways: ReactNode;
};

export function ManyTexts({ endpoint, signature, version, column, ways }: Props) {
  const client = useQueryClient();
  const router = useRouter();
  const [pasted, setPasted] = useState("");
  const [answered, setAnswered] = useState<Answered | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [askedAt, setAskedAt] = useState<number | null>(null);
  const lines = linesOf(pasted);
  const isAsking = isSaid(signature);
  const most = isAsking ? MOST_ASKED : MOST_LINES;
  const isMore = lines.length > most;
  const isBatch = isMore && !isAsking;
  const inputs = () => lines.map(({ text }) => ({ [column]: text }));

  const ask = async () => {
    setAskedAt(Date.now());
    setError(null);
    try {
      if (isBatch) {
        const batch = await post<{ id: string }>(`/endpoints/${endpoint.id}/batches`, { rows: inputs() });
        router.push(batchHref(batch.id));
        return;
      }
      setAnswered({ lines, result: await callEndpoint(endpoint.id, inputs(), { version }) });
    } catch (reason) {
      setError(reason);
    } finally {
      setAskedAt(null);
      void client.invalidateQueries({ queryKey: [isBatch ? "batches" : "endpoints"] });
    }
  };
  return (
    <div className="grid grid-cols-1 gap-8">
      <Section title={words.text.manyTitle} actions={ways}>
        <TextForm
          label={column}
          help={
            isMore
              ? words.text[isAsking ? "tooManyAsked" : "tooMany"](formatCount(lines.length), formatCount(most))
              : words.text.help(formatCount(most))
          }
          text={pasted}
          error={error}
          isBusy={askedAt !== null}
          canAsk={lines.length > 0 && (!isMore || isBatch)}
          isSaid={isAsking}
          verb={isBatch ? words.text.batch : undefined}
          onChange={setPasted}
          onSubmit={() => void ask()}
        >
          {lines.length > 0 && <span className="numbers text-muted text-sm">{words.text.lines(lines.length)}</span>}
          <WaitingLine since={askedAt} />
        </TextForm>
      </Section>
      {answered && (
        <Section title={words.table.title}>
          <WarningLines warnings={answered.result.warnings} />
          <AnsweredLines
            key={answered.result.call_id}
            answered={answered}
            signature={signature}
            notSureBelow={endpoint.not_sure_below ?? null}
          />
        </Section>
      )}
    </div>
  );
}

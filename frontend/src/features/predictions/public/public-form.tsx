"use client";
/** One row in, one answer out; a reached limit says when to come back. */
import { useState } from "react";
import type { PublicEndpoint, PublicResult } from "@/api/types";
import { ApiError } from "@/lib/api-error";
import { Answer } from "../answer";
import { isSaid } from "../said";
import { exampleRow, type Typed, typedToRow } from "../trying/row";
import { RowForm } from "../trying/row-form";
import { TextForm } from "../trying/text-form";
import { fieldErrors, onlyText } from "../trying/use-trying";
import { WaitingLine } from "../trying/waiting-line";
import { WarningLines } from "../warning-lines";
import { callPublic } from "./queries";
import { Quota } from "./quota";

const TOO_MANY = 429;

export function PublicForm({ endpoint: { id, signature } }: { endpoint: PublicEndpoint }) {
  const [typed, setTyped] = useState<Typed>(() => exampleRow(signature));
  const [result, setResult] = useState<PublicResult | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [askedAt, setAskedAt] = useState<number | null>(null);
  const textColumn = onlyText(signature);
  const isFull = error instanceof ApiError && error.status === TOO_MANY;
  const shared = {
    isSaid: isSaid(signature),
    error: isFull ? null : error,
    isBusy: askedAt !== null,
    onSubmit: () => void ask(),
    children: <WaitingLine since={askedAt} />,
  };
  const errors = error instanceof ApiError ? fieldErrors(error) : {};
  const ask = async () => {
    setAskedAt(Date.now());
    setError(null);
    try {
      setResult(await callPublic(id, typedToRow(signature, typed)));
    } catch (reason) {
      setError(reason);
    } finally {
      setAskedAt(null);
    }
  };
  const output = result?.outputs[0];
  return (
    <>
      {textColumn === null ? (
        <RowForm
          {...shared}
          signature={signature}
          typed={typed}
          errors={errors}
          onChange={(name, text) => setTyped({ ...typed, [name]: text })}
        />
      ) : (
        <TextForm
          {...shared}
          rows={6}
          label={textColumn}
          text={typed[textColumn] ?? ""}
          fieldError={errors[textColumn]}
          onChange={(text) => setTyped({ [textColumn]: text })}
        />
      )}
      {isFull && <Quota error={error} />}
      <div aria-live="polite" className="grid gap-3">
        {result && output && (
          <div className="grid gap-3 border-line border-t pt-6">
            <Answer output={output} signature={signature} notSureBelow={null} />
            <WarningLines warnings={result.warnings} />
          </div>
        )}
      </div>
    </>
  );
}

"use client";
/** One row: what was predicted with which probabilities, what it should have been, its values, and why. */
import { ChevronDown, ChevronUp, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Panel } from "@/ui/panel";
import { Skeleton } from "@/ui/skeleton";
import { Probabilities } from "../../probabilities";
import type { Correcting } from "../corrections";
import type { Batch, ResultRow } from "../types";
import { words } from "../words";
import { predictionText } from "./cells";
import { CorrectLine } from "./correct-line";
import { RowInputs } from "./row-inputs";
import { RowWhy } from "./row-why";

type Props = {
  batch: Batch;
  /** Undefined while it is on its way. */
  row: ResultRow | undefined;
  correcting: Correcting;
  onClose: () => void;
  onStep: (by: number) => void;
  onChoose: () => void;
};

export function RowPanel({ batch, row, correcting, onClose, onStep, onChoose }: Props) {
  // Kept from row to row: whoever reads the reasons of one reads those of the next.
  const [isWhy, setIsWhy] = useState(false);
  return (
    <Panel
      open
      onClose={onClose}
      width={420}
      title={row ? words.row.title(row.row) : words.table.loading}
      actions={
        <span className="flex">
          <Button look="quiet" size="icon-sm" aria-label={words.row.previous} onClick={() => onStep(-1)}>
            <ChevronUp />
          </Button>
          <Button look="quiet" size="icon-sm" aria-label={words.row.next} onClick={() => onStep(1)}>
            <ChevronDown />
          </Button>
        </span>
      }
    >
      {row ? (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6 p-4">
          {row.error === null ? (
            <Predicted batch={batch} row={row} correcting={correcting} onChoose={onChoose} />
          ) : (
            <div role="note" className="grid gap-1 rounded-md border border-bad bg-bad-soft px-3 py-2">
              <p className="font-medium">{words.row.failed}</p>
              <p className="break-words">{row.error}</p>
            </div>
          )}
          {row.error === null && (
            <RowWhy key={row.row} batch={batch} row={row} isOpen={isWhy} onOpen={() => setIsWhy(true)} />
          )}
          <RowInputs key={`inputs ${row.row}`} batch={batch} row={row} />
        </div>
      ) : (
        <div role="status" aria-label={words.table.loading} className="grid gap-3 p-4">
          <Skeleton className="h-8 w-24" />
          <Skeleton className="h-24" />
          <Skeleton className="h-40" />
        </div>
      )}
    </Panel>
  );
}

type PredictedProps = { batch: Batch; row: ResultRow; correcting: Correcting; onChoose: () => void };

function Predicted({ batch, row, correcting, onChoose }: PredictedProps) {
  const { classes } = batch.signature.output;
  return (
    <div className="grid gap-3" aria-live="polite">
      <p className="numbers break-words font-semibold text-2xl">
        <bdi>{predictionText(row.prediction)}</bdi>
      </p>
      {row.is_sure === false && (
        <p className="flex items-start gap-2 text-sm text-warn">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {words.row.unsure}
        </p>
      )}
      <CorrectLine row={row} correcting={correcting} onChoose={onChoose} />
      {row.probabilities && (
        <Probabilities probabilities={row.probabilities} chosen={String(row.prediction)} classes={classes} />
      )}
    </div>
  );
}

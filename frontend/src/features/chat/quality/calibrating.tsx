"use client";
/** From which evidence on it answers: what each threshold does on the test questions, and the one they speak for. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiError } from "@/lib/api-error";
import { formatFraction } from "@/lib/format";
import { Button } from "@/ui/button";
import { Chart } from "@/ui/chart";
import { InlineError } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { Skeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import type { Collection } from "../types";
import { applyCalibration, calibrationQuery } from "./queries";
import type { Calibration, Measurement } from "./types";
import { words as all } from "./words";

const words = all.calibration;

/** With fewer questions of both kinds the server would refuse: it is said without asking. */
const FEWEST = 10;

export function Calibrating({ collection, measurement }: { collection: Collection; measurement: Measurement }) {
  const isEnough = measurement.n_asked >= FEWEST;
  const found = useQuery({ ...calibrationQuery(collection.id, measurement.id), retry: false, enabled: isEnough });
  return (
    <Section title={words.title}>
      <p className="max-w-[72ch] text-muted text-sm">{words.help}</p>
      {!isEnough && <p className="max-w-[72ch] text-sm">{words.few}</p>}
      {isEnough && found.isPending && (
        <div role="status" aria-label={words.loading}>
          <Skeleton className="h-40" />
        </div>
      )}
      {found.error && <NotYet error={found.error} />}
      {found.data && <Curve collection={collection} measurementId={measurement.id} found={found.data} />}
    </Section>
  );
}

/** Too few questions is no fault: it is said plainly, with what to do. */
function NotYet({ error }: { error: unknown }) {
  if (!(error instanceof ApiError) || error.status !== 409) return <InlineError error={error} />;
  return (
    <p className="max-w-[72ch] text-sm">
      {error.message} <span className="text-muted">{error.hint}</span>
    </p>
  );
}

type CurveProps = { collection: Collection; measurementId: string; found: Calibration };

function Curve({ collection, measurementId, found }: CurveProps) {
  const client = useQueryClient();
  const spec = useMemo(() => curveSpec(found), [found]);
  const apply = useMutation({
    mutationFn: () => applyCalibration(collection.id, measurementId),
    onSuccess: () => {
      toast(words.applied);
      void client.invalidateQueries({ queryKey: ["collections"] });
    },
  });
  const at = (value: number) => formatFraction(Number(value.toFixed(2)));
  const isSame = at(found.chosen.answer_from) === at(found.now.answer_from);
  return (
    <div className="grid grid-cols-1 gap-2">
      <p className="numbers max-w-[72ch]">
        {words.now(at(found.now.answer_from))} {!isSame && words.chosen(at(found.chosen.answer_from))}{" "}
        {words.does(formatFraction(found.chosen.precision), formatFraction(found.chosen.recall))}
      </p>
      <p className="numbers max-w-[72ch] text-muted text-sm">
        {words.heldOut(formatFraction(found.held_out_precision), formatFraction(found.held_out_recall))}
      </p>
      <Chart title={words.chart(found.n_to_answer + found.n_to_leave)} spec={spec} height={200} />
      {!isSame && (
        <Button className="justify-self-start" disabled={apply.isPending} onClick={() => apply.mutate()}>
          {words.apply(at(found.chosen.answer_from))}
        </Button>
      )}
      <InlineError error={apply.error} />
    </div>
  );
}

const PERCENT = { format: ".0%" };

function curveSpec({ curve, chosen, now }: Calibration): Record<string, unknown> {
  const values = curve.flatMap(({ answer_from, precision, recall }) => [
    { from: answer_from, what: words.axis.precision, share: precision },
    { from: answer_from, what: words.axis.recall, share: recall },
  ]);
  const rule = (at: number, dash: number[]) => ({
    data: { values: [{ from: at }] },
    mark: { type: "rule", strokeDash: dash },
    encoding: { x: { field: "from", type: "quantitative" } },
  });
  const line = {
    data: { values },
    mark: { type: "line", interpolate: "step-after", tooltip: true },
    encoding: {
      x: { field: "from", type: "quantitative", title: words.axis.from, scale: { domain: [0, 1] }, axis: PERCENT },
      y: { field: "share", type: "quantitative", title: words.axis.share, scale: { domain: [0, 1] }, axis: PERCENT },
      color: { field: "what", type: "nominal", title: null, legend: { orient: "top", labelLimit: 320 } },
    },
  };
  return { height: 180, layer: [line, rule(now.answer_from, [2, 2]), rule(chosen.answer_from, [])] };
}

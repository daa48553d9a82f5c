"use client";
/** Before anything is asked: how many samples it takes to see a difference of so many points. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useDebounced } from "@/lib/debounced";
import { sampleSizeQuery } from "../queries";
import { NumberField } from "./fields";
import { problemAt, problemsOf } from "./problems";
import { words } from "./words";

const ASK_AFTER_MS = 300;

export function SampleSize({ configurations }: { configurations: number }) {
  const [points, setPoints] = useState<unknown>(5);
  const [right, setRight] = useState<unknown>(50);
  const asked = useDebounced([points, right], ASK_AFTER_MS);
  const [effect, baseline] = asked.map((percent) => (typeof percent === "number" ? percent / 100 : Number.NaN)) as [
    number,
    number,
  ];
  const isNumber = Number.isFinite(effect) && Number.isFinite(baseline);
  const size = useQuery({
    ...sampleSizeQuery(effect, baseline, Math.min(200, Math.max(2, configurations))),
    enabled: isNumber,
  });
  const problems = problemsOf(size.error);
  return (
    <details>
      <summary className="font-medium text-sm">{words.size}</summary>
      <div className="grid gap-3 pt-3">
        <div className="grid grid-cols-2 items-start gap-4">
          <NumberField
            label={words.effect}
            unit={words.points}
            value={points}
            error={problemAt(problems, "effect")}
            onChange={setPoints}
          />
          <NumberField
            label={words.baseline}
            unit={words.percent}
            value={right}
            error={problemAt(problems, "baseline")}
            onChange={setRight}
          />
        </div>
        <p role="status" className="text-sm">
          {isNumber && !size.error && size.data?.told}
        </p>
      </div>
    </details>
  );
}

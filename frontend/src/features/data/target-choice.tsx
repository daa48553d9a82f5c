"use client";

import type { Dataset } from "@/api/types";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { Select } from "@/ui/field";
import { useChangeDataset } from "./queries";

/** The column to predict: chosen from all, or from what the server suggests. */
export function TargetChoice({ dataset }: { dataset: Dataset }) {
  const change = useChangeDataset(dataset.id);
  const chosen = change.isPending ? (change.variables.target ?? null) : dataset.target;
  const set = (target: string | null) => change.mutate({ target });
  const others = dataset.suggested_targets.filter((suggestion) => suggestion.column !== chosen);
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <label htmlFor="target" className="font-medium">
          Target
        </label>
        <Select
          id="target"
          className="max-w-64"
          value={chosen ?? ""}
          onChange={(event) => set(event.target.value || null)}
        >
          <option value="">None chosen</option>
          {dataset.columns.map((column) => (
            <option key={column.name} value={column.name}>
              {column.name}
            </option>
          ))}
        </Select>
        {dataset.task && !change.isPending && <Badge>{dataset.task}</Badge>}
        {chosen === null &&
          others.map((suggestion) => (
            <Button
              key={suggestion.column}
              size="sm"
              title={suggestion.why}
              disabled={change.isPending}
              onClick={() => set(suggestion.column)}
            >
              Predict {suggestion.column}
              <span className="font-normal text-muted">{suggestion.task}</span>
            </Button>
          ))}
      </div>
      {chosen === null && others[0] && (
        <p className="text-muted text-sm">
          {others[0].column}: {others[0].why}
        </p>
      )}
      <InlineError error={change.error} />
    </div>
  );
}

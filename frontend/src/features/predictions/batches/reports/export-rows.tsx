"use client";
/** The rows as a file, with the filters of the results where there are some. */
import { Download } from "lucide-react";
import { useState } from "react";
import { address } from "@/api/client";
import { Button } from "@/ui/button";
import { Checkbox, Field, Select } from "@/ui/field";
import { isFiltered, useFilters } from "../filters";
import type { Batch } from "../types";
import { words } from "../words";

const FORMATS = ["csv", "xlsx", "jsonl", "parquet"] as const;

export function ExportRows({ batch }: { batch: Batch }) {
  const [format, setFormat] = useState<(typeof FORMATS)[number]>("csv");
  const [filters] = useFilters();
  const [isAll, setIsAll] = useState(false);
  const asked = isFiltered(filters) && !isAll ? filters : {};
  return (
    <div className="grid max-w-md gap-4">
      <p className="text-muted">{words.reports.exportText}</p>
      <Field label={words.reports.format}>
        {(wired) => (
          <Select
            {...wired}
            value={format}
            onChange={(event) => setFormat(FORMATS.find((each) => each === event.target.value) ?? "csv")}
          >
            {FORMATS.map((each) => (
              <option key={each} value={each}>
                {words.reports.formats[each]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {isFiltered(filters) && (
        <label className="flex items-center gap-2">
          <Checkbox checked={!isAll} onChange={(event) => setIsAll(!event.target.checked)} />
          {words.reports.exportFiltered}
        </label>
      )}
      <div>
        <Button asChild>
          <a href={address(`/batches/${batch.id}/export`, { format, ...asked })} download>
            <Download />
            {words.reports.export}
          </a>
        </Button>
      </div>
    </div>
  );
}

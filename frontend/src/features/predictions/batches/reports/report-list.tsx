"use client";
/** The reports that were made of a batch, each to take away. */
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { formatBytes } from "@/lib/format";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { RelativeTime } from "@/ui/relative-time";
import { Skeleton } from "@/ui/skeleton";
import type { Batch } from "../types";
import { words } from "../words";
import { reportAddress, reportsQuery } from "./queries";

export function ReportList({ batch }: { batch: Batch }) {
  const reports = useQuery(reportsQuery(batch.id));
  if (reports.error) return <InlineError error={reports.error} />;
  if (!reports.data) return <Skeleton className="h-16 max-w-md" />;
  if (reports.data.items.length === 0) return <p className="text-muted text-sm">{words.reports.none}</p>;
  return (
    <ul aria-label={words.reports.past} className="max-w-xl border-line border-t">
      {reports.data.items.map(({ id, format, title, size_bytes, created_at }) => (
        <li key={id} className="flex items-center gap-3 border-line border-b py-1.5">
          <span className="min-w-0 flex-1 truncate" title={title}>
            {title}
          </span>
          <span className="numbers shrink-0 text-muted text-sm">
            {formatBytes(size_bytes)} · <RelativeTime at={created_at} />
          </span>
          <Button size="sm" asChild>
            <a href={reportAddress(batch.id, id)} download>
              <Download />
              {words.reports.download(format.toUpperCase())}
            </a>
          </Button>
        </li>
      ))}
    </ul>
  );
}

"use client";
/** The experiment as a document, to copy or to take along. */
import { useQuery } from "@tanstack/react-query";
import { Copy, Download } from "lucide-react";
import { take } from "@/api/files";
import { Button } from "@/ui/button";
import { ErrorState } from "@/ui/error-state";
import { MarkdownLine } from "@/ui/markdown";
import { TableSkeleton } from "@/ui/skeleton";
import { tellFailure, toast } from "@/ui/toast";
import { documentAddress, readDocument } from "./queries";
import type { Experiment } from "./types";
import { words } from "./words";

export function DocumentTab({ experiment }: { experiment: Experiment }) {
  const text = useQuery({
    queryKey: ["experiments", "document", experiment.id, experiment.document_digest],
    queryFn: async () => (await readDocument(JSON.stringify(experiment.document))).text,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (text.error)
    return <ErrorState error={text.error} title={words.document.loadFailed} retry={() => void text.refetch()} />;
  if (!text.data) return <TableSkeleton label={words.loadingOne} />;
  const copy = async () => {
    await navigator.clipboard.writeText(text.data);
    toast(words.document.copied);
  };
  return (
    <div className="grid min-w-0 grid-cols-1 gap-3 p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-[72ch] text-muted">
          <MarkdownLine text={words.document.help} />
        </p>
        <div className="flex gap-2">
          <Button onClick={() => void copy()}>
            <Copy />
            {words.document.copy}
          </Button>
          <Button onClick={() => void take(documentAddress(experiment.id)).catch(tellFailure)}>
            <Download />
            {words.document.download}
          </Button>
        </div>
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-sm"
      >
        {text.data}
      </pre>
    </div>
  );
}

"use client";
/** Every save of a workflow; one can be put back on the canvas. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorState, InlineError } from "@/ui/error-state";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { toast } from "@/ui/toast";
import { getVersion, versionsQuery } from "./queries";
import type { Editor } from "./use-editor";
import { words } from "./words";

type Props = { editor: Editor; readOnly: boolean; onClose: () => void };

export function Versions({ editor, readOnly, onClose }: Props) {
  const versions = useInfiniteQuery({ ...versionsQuery(editor.id), staleTime: 0 });
  const [error, setError] = useState<unknown>(null);
  const restore = async (n: number) => {
    try {
      const { graph } = await getVersion(editor.id, n);
      if (!graph) return;
      editor.store.getState().replace(graph);
      toast(words.versions.restored(n));
      onClose();
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.versions.title}
      description={words.versions.text}
      width="md"
    >
      <InlineError error={error} />
      {versions.isPending && <TableSkeleton label={words.versions.title} rows={4} />}
      {versions.error && (
        <ErrorState error={versions.error} title={words.versions.loadFailed} retry={() => void versions.refetch()} />
      )}
      <ul className="grid">
        {versions.data?.pages
          .flatMap((page) => page.items)
          .map((version) => (
            <li key={version.number} className="flex min-h-10 items-center gap-3 border-line border-b">
              <span className="numbers w-24 shrink-0 font-medium">{words.versions.item(version.number)}</span>
              <span className="min-w-0 flex-1 truncate text-muted text-sm">
                <RelativeTime at={version.saved_at} /> · {words.versions.nodes(version.n_nodes)}
              </span>
              {version.number === editor.save.version ? (
                <Badge tone="accent">{words.versions.current}</Badge>
              ) : (
                !readOnly && (
                  <Button size="sm" onClick={() => void restore(version.number)}>
                    {words.versions.restore}
                  </Button>
                )
              )}
            </li>
          ))}
      </ul>
      {versions.hasNextPage && (
        <Button className="mt-2" onClick={() => void versions.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </Dialog>
  );
}

"use client";
/** How much of the documents is in the index, what failed, and the ways to add and to sync. */
import { Plus, RefreshCw } from "lucide-react";
import { formatCount, formatFraction } from "@/lib/format";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/error-state";
import { RelativeTime } from "@/ui/relative-time";
import type { Collection } from "../types";
import { words as shared } from "../words";
import { useSync } from "./use-sync";
import { words } from "./words";

export function CoverageLine({ collection, onAdd }: { collection: Collection; onAdd: () => void }) {
  const sync = useSync(collection.id);
  const [, setState] = useParam("state");
  const { n_words, n_failed, n_chunks } = collection;
  return (
    <div className="grid gap-2 px-4 pt-4 pb-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <p className="numbers flex flex-wrap gap-x-4 gap-y-1">
          <span>{shared.nDocuments(collection.n_documents)}</span>
          <span>{words.chunks(n_chunks)}</span>
          {n_words > 0 && <span>{covered(collection)}</span>}
          <span className="text-muted">
            {words.version(collection.version)}
            {collection.synced_at && (
              <>
                {" · "}
                <RelativeTime at={collection.synced_at} />
              </>
            )}
          </span>
        </p>
        <span className="flex gap-2">
          <Button disabled={sync.isPending || collection.state === "syncing"} onClick={() => sync.mutate()}>
            <RefreshCw />
            {words.sync}
          </Button>
          <Button look="primary" onClick={onAdd}>
            <Plus />
            {words.add}
          </Button>
        </span>
      </div>
      {n_failed > 0 && (
        <p className="flex flex-wrap items-center gap-2 text-bad">
          {words.nFailed(n_failed)}
          <Button look="link" size="inline" onClick={() => setState("failed", "replace")}>
            {words.showFailed}
          </Button>
        </p>
      )}
      <InlineError error={sync.error} />
    </div>
  );
}

/** Words of documents that were not read yet are counted by nobody. */
function covered({ state, n_words, n_words_indexed }: Collection): string {
  return state === "syncing"
    ? words.indexedSoFar(formatCount(n_words_indexed))
    : words.indexed(formatFraction(n_words_indexed / n_words), formatCount(n_words));
}

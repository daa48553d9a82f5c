"use client";
/** The browser keys of a collection: which sites may ask, and how much. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { CopyLine } from "@/ui/copy-line";
import { ErrorState } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { NewBrowserKey } from "./new-browser-key";
import { type BrowserKey, browserKeysQuery, revokeBrowserKey } from "./queries";
import { words as all } from "./words";

const words = all.keys;

export function BrowserKeys({ endpointId }: { endpointId: string }) {
  const client = useQueryClient();
  const keys = useQuery(browserKeysQuery(endpointId));
  const [isAdding, setIsAdding] = useState(false);
  const [leaving, setLeaving] = useState<BrowserKey | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: browserKeysQuery(endpointId).queryKey });
  return (
    <Section
      title={words.title}
      actions={
        <Button size="sm" onClick={() => setIsAdding(true)}>
          <Plus />
          {words.add}
        </Button>
      }
    >
      <p className="max-w-[72ch] text-muted text-sm">{words.help}</p>
      {keys.isPending && <TableSkeleton label={words.loading} rows={2} />}
      {keys.error && <ErrorState title={words.failed} error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && <p className="border-line border-t py-3 text-muted">{words.none}</p>}
      {keys.data && keys.data.length > 0 && (
        <ul aria-label={words.title} className="grid grid-cols-1 border-line border-t">
          {keys.data.map((key) => (
            <KeyLine key={key.id} of={key} onRevoke={() => setLeaving(key)} />
          ))}
        </ul>
      )}
      {isAdding && (
        <NewBrowserKey endpointId={endpointId} onMade={() => void refresh()} onClose={() => setIsAdding(false)} />
      )}
      {leaving && (
        <Confirm
          open
          onOpenChange={(isOpen) => !isOpen && setLeaving(null)}
          title={words.revokeTitle(leaving.name)}
          verb={words.revoke}
          onConfirm={async () => {
            await revokeBrowserKey(endpointId, leaving.id);
            await refresh();
          }}
        >
          {words.revokeHelp}
        </Confirm>
      )}
    </Section>
  );
}

const isPast = (at: string) => new Date(at).getTime() < Date.now();

function KeyLine({ of: key, onRevoke }: { of: BrowserKey; onRevoke: () => void }) {
  return (
    <li className="grid grid-cols-1 gap-1.5 border-line border-b py-2">
      <div className="flex items-start gap-3">
        <div className="grid min-w-0 flex-1 gap-0.5">
          <bdi className="truncate font-medium" title={key.name}>
            {key.name}
          </bdi>
          {key.name !== key.origins.join(", ") && (
            <p className="text-sm [overflow-wrap:anywhere]">{key.origins.join(", ")}</p>
          )}
          <p className="numbers flex flex-wrap gap-x-4 text-muted text-sm">
            <span>
              {words.limits(formatCount(key.questions_per_reader_per_day), formatCount(key.questions_per_day))}
            </span>
            <span>{words.used(key.n_questions_today)}</span>
            <Expiry at={key.expires_at} />
          </p>
        </div>
        <Button look="quiet" size="sm" aria-label={words.revokeNamed(key.name)} onClick={onRevoke}>
          {words.revoke}
        </Button>
      </div>
      <CopyLine what={key.name} text={key.key} />
    </li>
  );
}

function Expiry({ at }: { at: string | null }) {
  if (at === null) return <span>{words.never}</span>;
  if (isPast(at)) return <span className="text-warn">{words.expired}</span>;
  return (
    <span>
      {words.expires} <RelativeTime at={at} />
    </span>
  );
}

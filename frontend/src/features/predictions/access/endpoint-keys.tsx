"use client";
/** The keys that open this endpoint and nothing else: make, see what is used of their limits, revoke. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { EndpointKey } from "@/api/types";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { ErrorState } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { RelativeTime } from "@/ui/relative-time";
import { TableSkeleton } from "@/ui/skeleton";
import { NewKey } from "./new-key";
import { keysQuery, revokeKey } from "./queries";
import { words } from "./words";

type Props = {
  id: string;
  /** What a key is good for. */
  help?: string;
};

export function EndpointKeys({ id, help = words.keys.help }: Props) {
  const client = useQueryClient();
  const keys = useQuery(keysQuery(id));
  const [isAdding, setIsAdding] = useState(false);
  const [leaving, setLeaving] = useState<EndpointKey | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: keysQuery(id).queryKey });
  return (
    <Section
      title={words.keys.title}
      actions={
        <Button size="sm" onClick={() => setIsAdding(true)}>
          <Plus />
          {words.keys.add}
        </Button>
      }
    >
      <p className="max-w-[72ch] text-muted text-sm">{help}</p>
      {keys.isPending && <TableSkeleton label={words.keys.loading} rows={2} />}
      {keys.error && <ErrorState title={words.keys.failed} error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && <p className="border-line border-t py-3 text-muted">{words.keys.none}</p>}
      {keys.data && keys.data.length > 0 && (
        <ul aria-label={words.keys.title} className="grid border-line border-t">
          {keys.data.map((key) => (
            <KeyLine key={key.id} of={key} onRevoke={() => setLeaving(key)} />
          ))}
        </ul>
      )}
      {isAdding && <NewKey id={id} onMade={() => void refresh()} onClose={() => setIsAdding(false)} />}
      {leaving && (
        <Confirm
          open
          onOpenChange={(isOpen) => !isOpen && setLeaving(null)}
          title={words.keys.revokeTitle(leaving.name)}
          verb={words.keys.revoke}
          onConfirm={async () => {
            await revokeKey(id, leaving.id);
            await refresh();
          }}
        >
          {words.keys.revokeHelp}
        </Confirm>
      )}
    </Section>
  );
}

const isPast = (at: string) => new Date(at).getTime() < Date.now();

/** What it is called and begins with, then what is used of its limits, then the way to end it. */
function KeyLine({ of: key, onRevoke }: { of: EndpointKey; onRevoke: () => void }) {
  return (
    <li className="flex items-start gap-3 border-line border-b py-2">
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="flex min-w-0 items-baseline gap-2">
          <bdi className="truncate font-medium" title={key.name}>
            {key.name}
          </bdi>
          <code className="shrink-0 font-mono text-muted text-xs">{key.prefix}…</code>
        </p>
        <p className="numbers flex flex-wrap gap-x-4 text-muted text-sm">
          <span>{words.keys.usedThisMinute(key.n_calls_this_minute, key.calls_per_minute)}</span>
          <span>{words.keys.usedToday(key.n_rows_today, key.rows_per_day)}</span>
          <Expiry at={key.expires_at} />
          {key.used_at ? (
            <span>
              {words.keys.lastUsed} <RelativeTime at={key.used_at} />
            </span>
          ) : (
            <span>{words.keys.neverUsed}</span>
          )}
        </p>
      </div>
      <Button look="quiet" size="sm" aria-label={words.keys.revokeNamed(key.name)} onClick={onRevoke}>
        {words.keys.revoke}
      </Button>
    </li>
  );
}

function Expiry({ at }: { at: string | null }) {
  if (at === null) return <span>{words.keys.neverExpires}</span>;
  if (isPast(at)) return <span className="text-warn">{words.keys.expired}</span>;
  return (
    <span>
      {words.keys.expiresAt} <RelativeTime at={at} />
    </span>
  );
}

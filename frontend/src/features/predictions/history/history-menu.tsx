"use client";
/** Takes away or deletes the calls that the filters mean. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Ellipsis, Trash2 } from "lucide-react";
import { useState } from "react";
import { take } from "@/api/files";
import type { Endpoint } from "@/api/types";
import { formatCount, plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Menu } from "@/ui/menu";
import { tellFailure, toast } from "@/ui/toast";
import { type Filters, isFiltered } from "./filters";
import { countQuery, deleteCalls, exportAddress, FORMATS } from "./queries";
import { words } from "./words";

type Props = { endpoint: Endpoint; filters: Filters; hasRows: boolean };

export function HistoryMenu({ endpoint, filters, hasRows }: Props) {
  const [isDeleting, setIsDeleting] = useState(false);
  return (
    <div className="flex items-center gap-1">
      <Menu
        trigger={
          <Button size="sm" disabled={!hasRows}>
            <Download />
            {words.export}
          </Button>
        }
        items={FORMATS.map((format) => ({
          label: words.formats[format],
          onSelect: () => void take(exportAddress(endpoint.id, format, filters)).catch(tellFailure),
        }))}
      />
      <Menu
        trigger={
          <Button look="quiet" size="icon-sm" aria-label={words.actions} disabled={!hasRows}>
            <Ellipsis />
          </Button>
        }
        items={[{ label: words.remove, icon: <Trash2 />, isDanger: true, onSelect: () => setIsDeleting(true) }]}
      />
      {isDeleting && <DeleteCalls endpoint={endpoint} filters={filters} onClose={() => setIsDeleting(false)} />}
    </div>
  );
}

type DeleteProps = { endpoint: Endpoint; filters: Filters; onClose: () => void };

function DeleteCalls({ endpoint, filters, onClose }: DeleteProps) {
  const client = useQueryClient();
  const counted = useQuery(countQuery(endpoint.id, filters)).data;
  const [nRemoved, setRemoved] = useState<number | null>(null);
  const remove = async () => {
    setRemoved(0);
    toast(words.removed(await deleteCalls(endpoint.id, filters, setRemoved)));
    await client.invalidateQueries({ queryKey: ["endpoints"] });
  };
  const n = counted && (counted.isAll ? plural(counted.n, "call") : `${words.atLeast(formatCount(counted.n))} calls`);
  return (
    <Confirm
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={isFiltered(filters) ? words.removeMatching : words.removeAll}
      verb={words.removeVerb}
      onConfirm={remove}
    >
      <div className="grid gap-2">
        <p aria-live="polite">
          {nRemoved !== null ? words.removedSoFar(nRemoved) : n ? words.removing(n) : words.counting}
        </p>
        {isFiltered(filters) && (
          <p className="text-muted">
            {words.matching}
            {Object.entries(filters)
              .map(([name, value]) => words.filter[name as keyof Filters](value))
              .join(", ")}
          </p>
        )}
        <p className="text-muted">{words.kept}</p>
      </div>
    </Confirm>
  );
}

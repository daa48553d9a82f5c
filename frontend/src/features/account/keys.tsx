"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Key, Me } from "@/api/types";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { ErrorState } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { keyColumns } from "./key-columns";
import { NewKeyDialog } from "./new-key-dialog";
import { keysQuery, useRevokeKey } from "./queries";
import { words } from "./words";

/** The reader's API keys: make, see, revoke. */
export function Keys({ me }: { me: Me }) {
  const [isAdding, setIsAdding] = useState(false);
  const add = (
    <Button size="sm" onClick={() => setIsAdding(true)}>
      <Plus />
      {words.keys.add}
    </Button>
  );
  return (
    <Section title={words.keys.title} actions={add}>
      <p className="max-w-[72ch] text-muted text-sm">{words.keys.help}</p>
      <KeyList />
      {isAdding && <NewKeyDialog scopes={me.scopes} onClose={() => setIsAdding(false)} />}
    </Section>
  );
}

function KeyList() {
  const query = useQuery(keysQuery());
  const [leaving, setLeaving] = useState<Key | null>(null);
  const revoke = useRevokeKey();
  if (query.isPending) return <TableSkeleton label={words.loading} rows={2} />;
  if (query.isError) return <ErrorState error={query.error} title={words.keys.failed} retry={() => query.refetch()} />;
  if (query.data.length === 0) return <p className="border-line border-t py-3 text-muted">{words.keys.empty}</p>;
  return (
    <>
      <Table
        isInset
        label={words.keys.title}
        rows={query.data}
        columns={keyColumns(setLeaving)}
        rowId={(key) => key.id}
        canCopy={false}
      />
      {leaving && (
        <Confirm
          open
          onOpenChange={(isOpen) => !isOpen && setLeaving(null)}
          title={words.keys.revokeTitle(leaving.name)}
          verb={words.keys.revoke}
          onConfirm={() => revoke.mutateAsync(leaving.id)}
        >
          {words.keys.revokeHelp}
        </Confirm>
      )}
    </>
  );
}

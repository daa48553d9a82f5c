"use client";
/** What is in a collection: the sync, how much of it is indexed, every document, and where they come from. */
import { useState } from "react";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { SendingLine } from "../create/sending-line";
import type { Collection } from "../types";
import { AddDocuments } from "./add-documents";
import { CoverageLine } from "./coverage-line";
import { DocumentPanel } from "./document-panel";
import { DocumentTable } from "./document-table";
import { Origins } from "./origins";
import { SyncLine } from "./sync-line";
import { words } from "./words";

export function DocumentsTab({ collection }: { collection: Collection }) {
  const [isAdding, setIsAdding] = useState(false);
  const [openId, setOpenId] = useParam("document");
  const isBare = collection.state === "empty" && collection.n_documents === 0;
  const add = () => setIsAdding(true);
  return (
    <div className="flex h-full min-h-0 min-w-0">
      <div className="flex min-w-0 flex-1 flex-col overflow-y-auto">
        <SendingLine collectionId={collection.id} />
        <SyncLine collection={collection} />
        {isBare ? (
          <EmptyState
            title={words.empty.title}
            actions={
              <Button look="primary" onClick={add}>
                {words.add}
              </Button>
            }
          >
            {words.empty.text}
          </EmptyState>
        ) : (
          <>
            <CoverageLine collection={collection} onAdd={add} />
            <DocumentTable collection={collection} />
          </>
        )}
        <Origins collection={collection} />
      </div>
      {openId && <DocumentPanel key={openId} id={openId} onClose={() => setOpenId(null)} />}
      {isAdding && <AddDocuments collection={collection} onClose={() => setIsAdding(false)} />}
    </div>
  );
}

"use client";
/** The page of batches: all of them, a new one, several beside each other, or the one in the address. */
import { useParam } from "@/lib/params";
import { Page } from "@/ui/page";
import { BatchDetail } from "./batch-detail";
import { BatchList, NewBatchButton } from "./batch-list";
import { ComparePage } from "./compare/compare-page";
import { NewBatch } from "./create/new-batch";
import { UNCHOSEN } from "./places";
import { words } from "./words";

export function BatchesPage() {
  const [id] = useParam("id");
  const [endpoint] = useParam("new");
  const [compared] = useParam("compare");
  if (id) return <BatchDetail key={id} id={id} />;
  if (endpoint !== null) return <NewBatch key={endpoint} endpointId={endpoint === UNCHOSEN ? null : endpoint} />;
  if (compared !== null) return <ComparePage ids={compared.split(",").filter(Boolean)} />;
  return (
    <Page
      title={words.title}
      crumbs={[{ label: words.predict, href: "/predict/" }]}
      actions={<NewBatchButton endpointId={null} />}
    >
      <BatchList endpointId={null} />
    </Page>
  );
}

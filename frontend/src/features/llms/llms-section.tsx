"use client";
/** LLMs and embedders that one may use: add, check, change, remove; and what they may cost. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useParam } from "@/lib/params";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { ErrorState } from "@/ui/error-state";
import { Section } from "@/ui/page";
import { TableSkeleton } from "@/ui/skeleton";
import { BudgetSection } from "./budget-section";
import { LlmDialog } from "./llm-dialog";
import { LlmLine } from "./llm-line";
import { deleteLlm, llmsQuery } from "./queries";
import type { Llm } from "./types";
import { words } from "./words";

/** In the address while the dialog is open, so that other pages lead there. */
const ADD = "llm";

export function LlmsSection() {
  const client = useQueryClient();
  const llms = useQuery(llmsQuery);
  const [asked, setAsked] = useParam("add");
  const [changing, setChanging] = useState<Llm | null>(null);
  const [leaving, setLeaving] = useState<Llm | null>(null);
  return (
    <div id="llms" className="grid scroll-mt-16 grid-cols-1 gap-8">
      <Section
        title={words.title}
        actions={
          <Button size="sm" onClick={() => setAsked(ADD, "replace")}>
            <Plus />
            {words.add}
          </Button>
        }
      >
        <p className="max-w-[72ch] text-muted text-sm">{words.help}</p>
        {llms.isPending && <TableSkeleton label={words.loading} rows={2} />}
        {llms.error && <ErrorState title={words.failed} error={llms.error} retry={() => void llms.refetch()} />}
        {llms.data?.length === 0 && <p className="max-w-[72ch] border-line border-t py-3 text-muted">{words.empty}</p>}
        {llms.data && llms.data.length > 0 && (
          <ul aria-label={words.title} className="grid border-line border-t">
            {llms.data.map((llm) => (
              <LlmLine key={llm.id} llm={llm} onChange={() => setChanging(llm)} onRemove={() => setLeaving(llm)} />
            ))}
          </ul>
        )}
      </Section>
      <BudgetSection />
      {asked === ADD && <LlmDialog onClose={() => setAsked(null, "replace")} />}
      {changing && <LlmDialog llm={changing} onClose={() => setChanging(null)} />}
      {leaving && (
        <Confirm
          open
          onOpenChange={(isOpen) => !isOpen && setLeaving(null)}
          title={words.removeTitle(leaving.name)}
          verb={words.remove}
          onConfirm={async () => {
            await deleteLlm(leaving.id);
            await client.invalidateQueries({ queryKey: ["llms"] });
          }}
        >
          {words.removeHelp}
        </Confirm>
      )}
    </div>
  );
}

"use client";
/** Asked before a version is deleted: what goes with it, and what serves next. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Dependents, Model, Workflow } from "@/api/types";
import { formatCount } from "@/lib/format";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/error-state";
import { Checkbox, Field, Select } from "@/ui/field";
import { Skeleton } from "@/ui/skeleton";
import { deleteModel, dependentsQuery, workflowQuery } from "./queries";
import { words } from "./words";

const said = words.deletion;

export function DeleteModel({ model, onClose }: { model: Model; onClose: () => void }) {
  const router = useRouter();
  const client = useQueryClient();
  const depending = useQuery(dependentsQuery(model.id));
  const [isAll, setIsAll] = useState(false);
  const [picked, setPicked] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const known = depending.data;
  const workflow = useQuery({ ...workflowQuery(known?.workflow?.id ?? ""), enabled: Boolean(known?.workflow) });
  // All of it at once: nothing may move under a pointer that is about to choose what goes.
  const found = known?.workflow && workflow.isPending ? undefined : known;
  const serveNext = picked ?? found?.suggested?.id ?? null;
  const confirm = async () => {
    if (!found) return;
    setIsBusy(true);
    setError(null);
    try {
      await deleteModel(model.id, { serveNext: found.is_promoted ? serveNext : null, isAll });
      const left = isAll ? undefined : (found.suggested ?? found.others[0]);
      router.push(left ? `/models/?id=${left.id}` : "/models/");
      onClose();
      // What is gone is not asked for again while the page is being left.
      await client.invalidateQueries({
        predicate: ({ queryKey: [room, , id] }) => room === "endpoints" || (room === "models" && id !== model.id),
      });
    } catch (reason) {
      setError(reason);
      void depending.refetch();
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={isAll ? said.titleAll(model.name) : said.title(model.name, model.version)}
      actions={
        <>
          <Button onClick={onClose}>{said.keep}</Button>
          <Button look="danger" disabled={isBusy || !found} onClick={() => void confirm()}>
            {isAll ? said.verbAll : said.verb}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {!found && !depending.error && <Skeleton className="h-24" />}
        <InlineError error={depending.error} />
        {found && <WhatGoes found={found} workflow={workflow.data} isAll={isAll} />}
        {found && found.others.length > 0 && (
          <>
            {found.is_promoted && !isAll && (
              <Field label={said.next} help={said.nextHelp}>
                {(wired) => (
                  <Select {...wired} value={serveNext ?? ""} onChange={(event) => setPicked(event.target.value)}>
                    {found.others.map((other) => (
                      <option key={other.id} value={other.id}>
                        {words.versions.named(other.version)}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
            )}
            <label className="flex items-center gap-2">
              <Checkbox checked={isAll} onChange={(event) => setIsAll(event.target.checked)} />
              {said.all(found.others.length + 1)}
            </label>
          </>
        )}
        <InlineError error={error} />
      </div>
    </Dialog>
  );
}

type WhatGoesProps = { found: Dependents; workflow: Workflow | undefined; isAll: boolean };

function WhatGoes({ found, workflow, isAll }: WhatGoesProps) {
  const isLast = isAll || found.others.length === 0;
  const lines = [
    isLast && found.endpoint && said.endpointGoes(found.endpoint.name, formatCount(found.n_calls)),
    ...(isLast ? Object.entries(found.goes).map(([name, n]) => said.goesToo(name, formatCount(n))) : []),
    !isLast && found.endpoint && said.callsStay(formatCount(found.n_calls_answered)),
    !isLast && found.is_promoted && said.isServed,
    !isLast && !found.is_promoted && said.isNotServed,
    workflow && said.workflowStays(workflow.name),
    workflow && "schedule" in workflow && workflow.schedule && said.schedule,
    found.run && said.runStays(found.run.title),
  ].filter((line): line is string => Boolean(line));
  return (
    <ul className="grid list-disc gap-1 pl-5">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { Dataset } from "@/api/types";
import { plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { Dialog } from "@/ui/dialog";
import { InlineError } from "@/ui/error-state";
import { Field, Input } from "@/ui/field";
import { toast } from "@/ui/toast";
import { modelsOfQuery, useChangeDataset, useDeleteDataset, workflowsOfQuery } from "./queries";

type Props = { dataset: Dataset; open: boolean; onClose: () => void };

export function RenameDataset({ dataset, open, onClose }: Props) {
  const change = useChangeDataset(dataset.id);
  const [name, setName] = useState(dataset.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title="Rename the dataset"
      actions={
        <>
          <Button onClick={onClose}>Keep the name</Button>
          <Button look="primary" type="submit" form="rename-dataset" disabled={change.isPending || name.trim() === ""}>
            Rename
          </Button>
        </>
      }
    >
      <form id="rename-dataset" className="grid gap-3" onSubmit={submit}>
        <Field label="Name">
          {(wired) => (
            <Input {...wired} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <InlineError error={change.error} />
      </form>
    </Dialog>
  );
}

const NAMED = 5;

export function DeleteDataset({ dataset, open, onClose }: Props) {
  const router = useRouter();
  const remove = useDeleteDataset(dataset.id);
  const models = useQuery({ ...modelsOfQuery(dataset.id), enabled: open });
  const workflows = useQuery({ ...workflowsOfQuery(dataset.id), enabled: open });
  const names = models.data ?? [];
  const readers = workflows.data ?? [];
  const erase = async () => {
    await remove.mutateAsync();
    toast(`${dataset.name} was deleted.`);
    router.replace("/data/");
  };
  return (
    <Confirm
      open={open}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`Delete ${dataset.name}?`}
      verb="Delete"
      onConfirm={erase}
    >
      <div className="grid gap-2">
        <p>
          Its {plural(dataset.n_rows ?? 0, "row")} and its profile go for good.
          {readers.length === 0 && workflows.isSuccess && " No workflow reads it."}
        </p>
        {readers.length > 0 && (
          <p>
            {plural(readers.length, "workflow")} {readers.length === 1 ? "reads" : "read"} it and will ask for another
            dataset: {listed(readers)}.
          </p>
        )}
        {names.length > 0 && (
          <p>
            {plural(names.length, "model")} made from it {names.length === 1 ? "stays" : "stay"}: {listed(names)}.
          </p>
        )}
      </div>
    </Confirm>
  );
}

const listed = (names: string[]) =>
  names.slice(0, NAMED).join(", ") + (names.length > NAMED ? ` and ${names.length - NAMED} more` : "");

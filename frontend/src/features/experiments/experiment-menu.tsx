"use client";
/** Edit, copy, delete. */
import { Copy, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Menu } from "@/ui/menu";
import { DeleteExperiment } from "./delete-experiment";
import { copyHref, editHref } from "./places";
import type { Experiment } from "./types";
import { words } from "./words";

export function ExperimentMenu({ experiment }: { experiment: Experiment }) {
  const router = useRouter();
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={words.actions}>
            <Ellipsis />
          </Button>
        }
        items={[
          { label: words.edit, icon: <Pencil />, onSelect: () => router.push(editHref(experiment.id)) },
          { label: words.copyAsNew, icon: <Copy />, onSelect: () => router.push(copyHref(experiment.id)) },
          "line",
          { label: words.remove, icon: <Trash2 />, isDanger: true, onSelect: () => setAsks(true) },
        ]}
      />
      {asks && <DeleteExperiment experiment={experiment} onClose={() => setAsks(false)} />}
    </>
  );
}

"use client";
/** Asks before an experiment goes, and says what goes with it. */
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Confirm } from "@/ui/confirm";
import { toast } from "@/ui/toast";
import { LIST_HREF } from "./places";
import { deleteExperiment, isLive } from "./queries";
import type { Experiment } from "./types";
import { words } from "./words";

export function DeleteExperiment({ experiment, onClose }: { experiment: Experiment; onClose: () => void }) {
  const client = useQueryClient();
  const router = useRouter();
  const remove = async () => {
    await deleteExperiment(experiment.id);
    await client.invalidateQueries({ queryKey: ["experiments", "list"] });
    toast(words.removed);
    router.push(LIST_HREF);
  };
  return (
    <Confirm
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={words.removeNamed(experiment.name)}
      verb={words.removeVerb}
      onConfirm={remove}
    >
      {experiment.latest && isLive(experiment.latest.state)
        ? words.removeRunning
        : words.removeText(experiment.n_attempts)}
    </Confirm>
  );
}

"use client";
/** The list, a new experiment, or the one that the address names. */
import { useParam } from "@/lib/params";
import { ExperimentDetail } from "./experiment-detail";
import { EditExperiment } from "./form/edit-experiment";
import { NewExperiment } from "./form/new-experiment";
import { ExperimentList } from "./list/experiment-list";

export function ExperimentsPage() {
  const [id] = useParam("id");
  const [begins] = useParam("new");
  const [edits] = useParam("edit");
  if (id) return edits ? <EditExperiment key={id} id={id} /> : <ExperimentDetail key={id} id={id} />;
  return begins ? <NewExperiment key={begins} from={begins} /> : <ExperimentList />;
}

"use client";
/** The workflows page: the list, the gallery, or the canvas of the one in the address. */
import { useParam } from "@/lib/params";
import { OpenWorkflow } from "./editor";
import { Templates } from "./templates";
import { WorkflowList } from "./workflow-list";

export function WorkflowsPage() {
  const [id] = useParam("id");
  const [gallery] = useParam("templates");
  if (id) return <OpenWorkflow id={id} />;
  return gallery ? <Templates /> : <WorkflowList />;
}

"use client";
/** The workflows page: the list, or the canvas of the one in the address. */
import { useParam } from "@/lib/params";
import { OpenWorkflow } from "./editor";
import { WorkflowList } from "./workflow-list";

export function WorkflowsPage() {
  const [id] = useParam("id");
  return id ? <OpenWorkflow id={id} /> : <WorkflowList />;
}

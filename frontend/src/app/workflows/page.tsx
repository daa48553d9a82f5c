import { WorkflowsPage } from "@/features/workflows/workflows-page";

export default function Workflows() {
  return <WorkflowsPage />;
}

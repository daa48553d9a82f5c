import { RunsPage } from "@/features/runs/runs-page";

export default function Runs() {
  return <RunsPage />;
}

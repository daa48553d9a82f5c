import { ExperimentsPage } from "@/features/experiments/experiments-page";

export default function Experiments() {
  return <ExperimentsPage />;
}

import { BatchesPage } from "@/features/predictions/batches/batches-page";

export default function Batches() {
  return <BatchesPage />;
}

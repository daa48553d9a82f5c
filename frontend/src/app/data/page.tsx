import { DataRoom } from "@/features/data/data-room";

export default function DataPage() {
  return <DataRoom />;
}

import { SharedPage } from "@/features/experiments/sharing/shared-page";

export default function Shared() {
  return <SharedPage />;
}

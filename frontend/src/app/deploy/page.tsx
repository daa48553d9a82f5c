import { DeployPage } from "@/features/deploy/deploy-page";

export default function Deploy() {
  return <DeployPage />;
}

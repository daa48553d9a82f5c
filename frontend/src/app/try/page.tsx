import { PublicPage } from "@/features/predictions/public/public-page";

export default function Try() {
  return <PublicPage />;
}

import { SettingsPage } from "@/features/account/settings-page";

export default function Settings() {
  return <SettingsPage />;
}
